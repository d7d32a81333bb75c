import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary.mjs';
import { readLock, takeLock } from './lock-file.mjs';

const path = () => join(temporaryFolder(), 'lock');

describe('takeLock', () => {
  it('owns a file that was not there and says who owns it', () => {
    const file = path();
    expect(takeLock(file, { command: 'start' })).toEqual({ owned: true });
    expect(readLock(file)).toMatchObject({ pid: process.pid, command: 'start' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('does not take it from a living owner', () => {
    const file = path();
    takeLock(file, { command: 'start' });
    expect(takeLock(file)).toMatchObject({ owned: false, holder: { pid: process.pid, command: 'start' } });
  });

  it('takes it from an owner whose process id another program has by now', () => {
    const file = path();
    writeFileSync(file, JSON.stringify({ pid: process.pid, identity: 'an earlier life' }));
    expect(takeLock(file)).toEqual({ owned: true });
  });

  it('leaves a file alone that is being written this very moment, but not one that stays unreadable', () => {
    const file = path();
    writeFileSync(file, '');
    expect(takeLock(file).owned).toBe(false);
    utimesSync(file, 0, 0);
    expect(takeLock(file).owned).toBe(true);
  });
});
