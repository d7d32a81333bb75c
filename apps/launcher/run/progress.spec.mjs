import { describe, expect, it } from 'vitest';
import { Progress } from './progress.mjs';

function recorded({ isTTY }) {
  const written = [];
  const clock = { nowMs: 0 };
  const out = { isTTY, columns: 40, write: (text) => written.push(text) };
  return { written, clock, progress: new Progress(out, () => clock.nowMs) };
}

describe('Progress', () => {
  it('prints a start and an end line where there is no terminal', async () => {
    const { written, clock, progress } = recorded({ isTTY: false });
    const result = await progress.step('Building', async () => {
      clock.nowMs = 2_340;
      return 'built';
    });
    expect(result).toBe('built');
    expect(written).toEqual(['  … Building\n', '  ✓ Building, 2.3 s\n']);
  });

  it('says nothing of success when a step fails', async () => {
    const { written, progress } = recorded({ isTTY: false });
    const failing = progress.step('Building', async () => {
      throw new Error('TS2307');
    });
    await expect(failing).rejects.toThrow('TS2307');
    expect(written).toEqual(['  … Building\n']);
  });

  it('keeps one living line on a terminal below what is printed meanwhile', async () => {
    const { written, progress } = recorded({ isTTY: true });
    await progress.step('Building', async () => progress.print('a line of the compiler'));
    const shown = written.join('').split('\r\u001b[K');
    expect(shown).toEqual([
      '',
      '  … Building 0 s',
      'a line of the compiler\n',
      '  … Building 0 s',
      '  ✓ Building, 0.0 s\n',
    ]);
  });

  it('never lets the living line wrap, which could not be erased again', async () => {
    const { written, progress } = recorded({ isTTY: true });
    await progress.step('A very long title that goes on and on and on', async () => undefined);
    expect(Math.max(...written.slice(0, 1).map((text) => text.replace('\r\u001b[K', '').length))).toBe(39);
  });
});
