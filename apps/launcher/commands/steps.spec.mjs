import { describe, expect, it } from 'vitest';
import { temporaryRun } from '../testing/temporary.mjs';
import { runSteps, verdictLine } from './steps.mjs';

const step = (name, check) => ({ name, check });
const passing = (name) => step(name, async () => ({ isOk: true, output: '' }));

describe('runSteps', () => {
  it('goes on after a failure and shows its output whole', async () => {
    const run = temporaryRun();
    const lint = step('lint', async () => ({ isOk: false, output: 'a.ts: no-any\nb.ts: no-any' }));
    const verdicts = await runSteps(run, [[lint], [passing('types')], [passing('format')]]);
    expect(verdicts.map(({ name, isOk }) => `${name} ${isOk}`).toSorted()).toEqual([
      'format true',
      'lint false',
      'types true',
    ]);
    expect(run.lines).toEqual(expect.arrayContaining(['a.ts: no-any', 'b.ts: no-any']));
  });

  it('runs two at once, no more', async () => {
    let running = 0;
    let most = 0;
    const counted = (name) =>
      step(name, async () => {
        most = Math.max(most, (running += 1));
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return { isOk: true, output: '' };
      });
    await runSteps(
      temporaryRun(),
      ['a', 'b', 'c', 'd', 'e'].map((name) => [counted(name)]),
    );
    expect(most).toBe(2);
  });

  it('keeps the order within a chain', async () => {
    const order = [];
    const noted = (name) =>
      step(name, async () => {
        order.push(name);
        return { isOk: true, output: '' };
      });
    await runSteps(temporaryRun(), [[noted('build'), noted('schema')]]);
    expect(order).toEqual(['build', 'schema']);
  });
});

describe('verdictLine', () => {
  it('says how it went and how long it took', () => {
    expect(verdictLine({ name: 'lint', isOk: true, durationMs: 1_250 })).toBe('  ✓ lint       1.3 s');
    expect(verdictLine({ name: 'lint', isOk: false, durationMs: 1_000 })).toBe('  ✗ lint       1.0 s');
  });
});
