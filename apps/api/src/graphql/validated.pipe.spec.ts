import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { InvalidInput } from '../access/errors.js';
import { validated } from './validated.pipe.js';

const pipe = validated(
  z.object({
    name: z.string().trim().min(1, 'must not be empty'),
    when: z.date().optional(),
    tags: z.array(z.object({ value: z.string() })).optional(),
  }),
);

function refusalOf(value: unknown): InvalidInput {
  try {
    pipe.transform(value, { type: 'body' });
  } catch (error) {
    if (error instanceof InvalidInput) return error;
    throw error;
  }
  throw new Error('It was let through.');
}

describe('a validated argument', () => {
  it('comes out as its schema makes it', () => {
    expect(pipe.transform({ name: ' Ada ' }, { type: 'body' })).toEqual({ name: 'Ada' });
    const when = new Date(0);
    expect(pipe.transform({ name: 'é💡', when }, { type: 'body' })).toEqual({ name: 'é💡', when });
  });

  it('is refused with every fault and its place', () => {
    const { message, details } = refusalOf({ name: ' ', tags: [{ value: 'ok' }, { value: 1 }] });
    expect(message).toContain('name: must not be empty');
    expect(details['issues']).toMatchObject([{ path: 'name' }, { path: 'tags.1.value' }]);
  });

  it('is refused for characters that no text can keep, wherever they hide', () => {
    for (const value of ['a\u0000b', '\uD83D', 'x\uDC00'])
      expect(refusalOf({ name: 'Ada', tags: [{ value: 'ok' }, { value }] }).details['issues']).toMatchObject([
        { path: 'tags.1.value' },
      ]);
  });
});
