import { describe, expect, it } from 'vitest';
import { withVary } from './answer-headers.js';

describe(withVary, () => {
  it('keeps what others vary by, each once, however they write it', () => {
    expect(withVary({ Vary: 'Accept-Encoding, Accept' }, 'Origin, accept')).toEqual({
      Vary: 'Accept-Encoding, accept, Origin',
    });
    expect(withVary({}, ['Origin', '', 'Origin'])).toEqual({ Vary: 'Origin' });
  });

  it('adds nothing where nobody has a reason', () => {
    expect(withVary({ Age: '0' }, undefined)).toEqual({ Age: '0' });
    expect(withVary({ Age: '0' }, '')).toEqual({ Age: '0' });
  });
});
