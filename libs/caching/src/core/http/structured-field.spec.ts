import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sfInteger, sfString, sfTokenOrString } from './structured-field.js';

describe('structured fields', () => {
  it('escapes what would end a string, and percent-encodes what a string cannot hold', () => {
    expect(sfString(String.raw`a "b" \ c`)).toBe(String.raw`"a \"b\" \\ c"`);
    expect(sfString('Grüße\r\n')).toBe('"Gr%C3%BC%C3%9Fe%0D%0A"');
    expect(sfString('\ud800')).toBe('"%EF%BF%BD"');
  });

  it('writes a valid string whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) =>
        /^"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"$/.test(sfString(text)),
      ),
      { seed: 9651 },
    );
  });

  it('writes a token where the text is one', () => {
    expect(sfTokenOrString('never-stored')).toBe('never-stored');
    expect(sfTokenOrString('invalidated-by=Product:7')).toBe('"invalidated-by=Product:7"');
    expect(sfTokenOrString('7up')).toBe('"7up"');
    expect(sfTokenOrString('')).toBe('""');
  });

  it('keeps integers within 15 digits', () => {
    expect(sfInteger(-1.5)).toBe('-1');
    expect(sfInteger(-0.5)).toBe('0');
    expect(sfInteger(Number.POSITIVE_INFINITY)).toBe('999999999999999');
    expect(sfInteger(Number.NaN)).toBe('0');
  });
});
