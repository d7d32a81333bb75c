import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../access/errors.js';
import { defaultPageSize, largestPageSize, toPageRequest } from './page-args.js';

describe('the arguments of a connection', () => {
  it('ask for the first edges when nothing is said, null included', () => {
    const request = { limit: defaultPageSize, backward: false, after: undefined, before: undefined };
    expect(toPageRequest({})).toEqual(request);
    expect(toPageRequest({ first: null, after: null, last: null, before: null })).toEqual(request);
  });

  it('count from the end with last, and keep both cursors in either direction', () => {
    expect(toPageRequest({ last: 3, before: 'b' })).toEqual({
      limit: 3,
      backward: true,
      after: undefined,
      before: 'b',
    });
    expect(toPageRequest({ first: 3, after: 'a', before: 'b' })).toEqual({
      limit: 3,
      backward: false,
      after: 'a',
      before: 'b',
    });
  });

  it('may ask for none and for the most', () => {
    expect(toPageRequest({ first: 0 }).limit).toBe(0);
    expect(toPageRequest({ last: largestPageSize }).limit).toBe(largestPageSize);
  });

  it.each([
    { first: 1, last: 1 },
    { first: -1 },
    { last: -1 },
    { first: largestPageSize + 1 },
    { last: 2 ** 31 - 1 },
  ])('are refused when they cannot be meant: %j', (page) => {
    expect(() => toPageRequest(page)).toThrow(InvalidInput);
  });
});
