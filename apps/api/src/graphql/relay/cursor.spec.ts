import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { InvalidInput } from '../../access/errors.js';
import { CursorCodec } from './cursor.js';

const codec = new CursorCodec('a secret of the shop');

describe('a cursor', () => {
  it('gives back the keys that it was made of, whatever they hold', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.array(fc.string({ unit: 'grapheme' })),
        (order, keys) => {
          expect(codec.decode(order, codec.encode(order, keys))).toEqual(keys);
        },
      ),
      { seed: 1 },
    );
  });

  it('is refused by another order', () => {
    expect(() => codec.decode('PRICE_ASC', codec.encode('NAME_ASC', ['1']))).toThrow(/another sort/);
  });

  it('is refused under another secret', () => {
    const foreign = new CursorCodec('another secret').encode('NAME_ASC', ['1']);
    expect(() => codec.decode('NAME_ASC', foreign)).toThrow(InvalidInput);
  });

  it('is refused when any of its characters is another', () => {
    const cursor = codec.encode('NAME_ASC', ['chair', '17']);
    for (let at = 0; at < cursor.length; at += 1) {
      const changed = `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`;
      expect(() => codec.decode('NAME_ASC', changed)).toThrow(InvalidInput);
    }
  });

  it('is refused in another spelling of the same bytes', () => {
    const cursor = codec.encode('NAME_ASC', ['chair', '17']);
    for (const spelling of [
      `${cursor}=`,
      ` ${cursor}`,
      `${cursor}\n`,
      `${cursor}!`,
      `${cursor.slice(0, 3)}.${cursor.slice(3)}`,
    ])
      expect(() => codec.decode('NAME_ASC', spelling)).toThrow(InvalidInput);
  });

  it('is refused when it is empty or too short to hold a signature', () => {
    for (const short of ['', 'A', 'AAAAAAAAAAAA'])
      expect(() => codec.decode('NAME_ASC', short)).toThrow(InvalidInput);
  });
});
