import { describe, expect, it } from 'vitest';
import { equalityValue } from './row-read.js';

describe(equalityValue.name, () => {
  it('gives a value one text, however it was sent', () => {
    expect(equalityValue('integer', 5)).toBe('5');
    expect(equalityValue('integer', '5')).toBe('5');
    expect(equalityValue('integer', 5n)).toBe('5');
    expect(equalityValue('integer', -0)).toBe('0');
    expect(equalityValue('boolean', true)).toBe(equalityValue('boolean', 'true'));
    expect(equalityValue('uuid', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11')).toBe(
      'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
    );
  });

  it('does not tell spellings that PostgreSQL reads as another text', () => {
    for (const value of ['05', '+5', ' 5', '-0', '5.0', '0x5', '1_000', 2 ** 53, 0.5, null, undefined, {}])
      expect(equalityValue('integer', value)).toBeUndefined();
    expect(equalityValue('boolean', 't')).toBeUndefined();
    expect(equalityValue('uuid', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}')).toBeUndefined();
    expect(equalityValue('uuid', 'a0eebc999c0b4ef8bb6d6bb9bd380a11')).toBeUndefined();
    expect(equalityValue('text', '\ud800')).toBeUndefined();
    expect(equalityValue('text', 5)).toBeUndefined();
    expect(equalityValue('text', '😀')).toBe('😀');
  });
});
