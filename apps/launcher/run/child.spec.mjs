import { describe, expect, it } from 'vitest';
import { nodeScript } from '../testing/temporary.mjs';
import { Child, endingText, lastLines } from './child.mjs';
import { pidIdentity } from './pid-identity.mjs';

/** Resolves with the child once it has said its first word. */
function started(script, more = {}) {
  return new Promise((resolve) => {
    const child = new Child({ name: 'child', output: () => resolve(child), ...nodeScript(script), ...more });
  });
}

describe('Child', () => {
  it('keeps what it says and how it ended', async () => {
    const script = `console.log('out'); console.error('err'); process.exitCode = 3`;
    const child = new Child({ name: 'child', output: 'keep', ...nodeScript(script) });
    expect(await child.ended).toEqual({ code: 3, signal: null });
    expect(child.text.split('\n').toSorted()).toEqual(['', 'err', 'out']);
  });

  it('keeps only the end of long output that somebody else reads', async () => {
    let length = 0;
    const output = (text) => (length += text.length);
    const script = `for (let i = 0; i < 9000; i++) console.log('line ' + i)`;
    const child = new Child({ name: 'child', output, ...nodeScript(script) });
    await child.ended;
    expect(child.text.length).toBeLessThan(length);
    expect(lastLines(child.text, 1)).toBe('line 8999');
  });

  it('reads the output alone where the errors go elsewhere', async () => {
    const script = `console.log('out'); console.error('')`;
    const child = new Child({ name: 'child', output: 'keep', errors: 'inherit', ...nodeScript(script) });
    await child.ended;
    expect(child.text).toBe('out\n');
  });

  it('reads the input that it is given', async () => {
    const script = `process.stdin.pipe(process.stdout)`;
    const child = new Child({ name: 'child', output: 'keep', input: 'secret', ...nodeScript(script) });
    await child.ended;
    expect(child.text).toBe('secret');
  });

  it('tells when the program does not exist', async () => {
    const child = new Child({
      name: 'child',
      command: '/no/such/program',
      args: [],
      env: {},
      output: 'keep',
    });
    expect(endingText(await child.ended)).toMatch(/^could not be started: .*ENOENT/);
    await child.stop('SIGTERM', 1);
    expect(child.hasEnded).toBe(true);
  });

  it('gives a child time to end by itself', async () => {
    const script = `process.on('SIGTERM', () => process.exit(5)); setInterval(() => {}, 1e6); console.log('up')`;
    const child = await started(script);
    await child.stop('SIGTERM', 10_000);
    expect(await child.ended).toEqual({ code: 5, signal: null });
  });

  it('kills one that takes longer than it may', async () => {
    const child = await started(
      `process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6); console.log('up')`,
    );
    await child.stop('SIGTERM', 50);
    expect(endingText(await child.ended)).toBe('was ended by SIGKILL');
  });

  it('takes along what the child itself has started', async () => {
    const forever = `setInterval(() => {}, 1e6)`;
    const script = `const { spawn } = require('child_process');
      console.log(spawn(process.execPath, ['-e', '${forever}'], { stdio: 'ignore' }).pid); ${forever}`;
    const child = await started(script);
    const grandchild = Number(child.text);
    expect(pidIdentity(grandchild)).toBeDefined();
    await child.stop('SIGTERM', 10_000);
    await expect.poll(() => pidIdentity(grandchild)).toBeUndefined();
  });
});
