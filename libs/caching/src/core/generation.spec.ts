import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameValue, isGeneration, unframeValue } from './generation.js';

const first = 'a1'.repeat(12);
const second = 'b2'.repeat(12);
const anyText = fc.string({ unit: 'binary' });

describe('generation', () => {
  it('gives a value back in the generation it was written in', () => {
    fc.assert(
      fc.property(anyText, (payload) => {
        expect(unframeValue(first, frameValue(first, payload))).toBe(payload);
      }),
    );
  });

  it('gives nothing back in another generation, or when the generation is unknown', () => {
    fc.assert(
      fc.property(anyText, (payload) => {
        expect(unframeValue(second, frameValue(first, payload))).toBeUndefined();
        expect(unframeValue(undefined, frameValue(first, payload))).toBeUndefined();
      }),
    );
  });

  it('takes nothing that somebody else has written', () => {
    for (const foreign of [undefined, null, 0, '', 'x', first.slice(1), {}, [], () => first])
      expect(unframeValue(first, foreign)).toBeUndefined();
  });

  it('knows a generation when it sees one', () => {
    expect(isGeneration(first)).toBe(true);
    for (const other of [undefined, null, 1, '', `${first}0`, first.toUpperCase(), `_${first.slice(1)}`])
      expect(isGeneration(other)).toBe(false);
  });
});
