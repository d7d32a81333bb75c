import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePositions, formatPosition, parsePosition } from './outbox-position.js';

const position = fc.record({
  xid: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  id: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
});

describe('outbox positions', () => {
  it('come back from their text as they were', () => {
    fc.assert(
      fc.property(position, (any) => {
        expect(parsePosition(formatPosition(any))).toEqual(any);
      }),
    );
  });

  it('are ordered by transaction first and by row second', () => {
    fc.assert(
      fc.property(position, position, (a, b) => {
        const expected = a.xid === b.xid ? Number(a.id > b.id) - Number(a.id < b.id) : a.xid < b.xid ? -1 : 1;
        expect(comparePositions(a, b)).toBe(expected);
      }),
    );
  });

  it.each(['', '1', '1-', '-1', '1-2-3', 'a-1', '1-1.5', ' 1-1'])('are not read from %j', (text) => {
    expect(parsePosition(text)).toBeUndefined();
  });
});
