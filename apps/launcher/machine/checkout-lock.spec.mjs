import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, temporaryRun } from '../testing/temporary.mjs';
import { withCheckoutLock } from './checkout-lock.mjs';

describe('withCheckoutLock', () => {
  it('lets the second wait for the first', async () => {
    const run = temporaryRun({ root: temporaryFolder() });
    const events = [];
    let finishFirst;
    const first = withCheckoutLock(run, async () => {
      events.push('first begins');
      await new Promise((resolve) => (finishFirst = resolve));
      events.push('first ends');
    });
    const second = withCheckoutLock(run, async () => events.push('second begins'));
    finishFirst();
    await Promise.all([first, second]);
    expect(events).toEqual(['first begins', 'first ends', 'second begins']);
    expect(run.lines[0]).toContain('Waiting for another launcher');
  });

  it('unlocks also after a failure', async () => {
    const root = temporaryFolder();
    const failing = withCheckoutLock(temporaryRun({ root }), async () => {
      throw new Error('npm ci failed');
    });
    await expect(failing).rejects.toThrow('npm ci failed');
    expect(existsSync(join(root, 'dist', '.launcher-lock'))).toBe(false);
  });

  it('says in one line that a checkout cannot be written', async () => {
    const root = join(temporaryFolder(), 'a-file');
    writeFileSync(root, '');
    await expect(withCheckoutLock(temporaryRun({ root }), async () => 'done')).rejects.toMatchObject({
      code: 'CHECKOUT_UNWRITABLE',
      message: expect.stringContaining('(ENOTDIR)'),
    });
  });

  it('takes over the lock of a launcher that was killed', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'dist'));
    writeFileSync(
      join(root, 'dist', '.launcher-lock'),
      JSON.stringify({ pid: process.pid, identity: 'past' }),
    );
    await expect(withCheckoutLock(temporaryRun({ root }), async () => 'done')).resolves.toBe('done');
  });
});
