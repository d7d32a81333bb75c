import { AppError, createPino, PlatformLogger, runInRequest } from '@app/platform';
import { GraphQLError } from 'graphql';
import { beforeEach, describe, expect, it } from 'vitest';
import { InvalidInput } from '../access/errors.js';
import { createErrorFormat } from './error-format.js';

class Broken extends AppError {
  readonly code = 'BROKEN';
  readonly kind = 'INTERNAL';
}

let log: string[];
beforeEach(() => {
  log = [];
});

function format(thrown: GraphQLError, hidesSuggestions = false) {
  const logger = new PlatformLogger(createPino('error', { write: (line: string) => void log.push(line) }));
  const formatted = thrown.toJSON();
  return createErrorFormat(logger, { hidesSuggestions })(formatted, thrown);
}

/** As it leaves a resolver: with the path of its field. */
const thrownByField = (originalError: Error) =>
  new GraphQLError(originalError.message, { path: ['shop', 0, 'name'], originalError });

describe(createErrorFormat, () => {
  it('shows our own errors with their code and details', () => {
    expect(format(thrownByField(new InvalidInput('Too long.', { most: 3 })))).toEqual({
      message: 'Too long.',
      path: ['shop', 0, 'name'],
      extensions: { code: 'BAD_USER_INPUT', most: 3 },
    });
    expect(log).toEqual([]);
  });

  it('finds our own errors inside those of drivers', () => {
    const wrapped = Object.assign(new Error('driver'), { driverError: new InvalidInput('Too long.') });
    expect(format(thrownByField(wrapped)).message).toBe('Too long.');
  });

  it('shows our own errors that came before any field', () => {
    const thrown = new GraphQLError('context', { originalError: new InvalidInput('No.') });
    expect(format(thrown)).toEqual({ message: 'No.', extensions: { code: 'BAD_USER_INPUT' } });
  });

  it.each([
    new Error('relation "x" does not exist'),
    new Broken('the disk is full'),
    new GraphQLError('an enum'),
  ])('masks %s, and logs it', (original) => {
    const shown = runInRequest({ requestId: 'r-1', signal: new AbortController().signal }, () =>
      format(thrownByField(original)),
    );
    expect(shown).toEqual({
      message: 'Something went wrong on our side. Tell us the request id r-1.',
      path: ['shop', 0, 'name'],
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'r-1' },
    });
    expect(JSON.parse(log[0] ?? '')).toMatchObject({
      path: 'shop.0.name',
      requestId: 'r-1',
      err: { message: original.message },
    });
  });

  it('masks what failed outside any field', () => {
    const thrown = new GraphQLError('Context creation failed: boom', { originalError: new Error('boom') });
    expect(format(thrown)).toMatchObject({ message: 'Something went wrong on our side.' });
  });

  it('shows why a request was refused, without the status meant for HTTP', () => {
    const thrown = new GraphQLError('Too deep.', {
      extensions: { code: 'QUERY_TOO_DEEP', depth: 9, http: { status: 400 } },
    });
    expect(format(thrown)).toEqual({
      message: 'Too deep.',
      extensions: { code: 'QUERY_TOO_DEEP', depth: 9 },
    });
  });

  it('keeps the first code when GraphQL’s errors are wrapped in Apollo’s', () => {
    const first = new GraphQLError('Too deep.', { extensions: { code: 'QUERY_TOO_DEEP' } });
    const thrown = new GraphQLError('Too deep.', {
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      originalError: first,
    });
    expect(format(thrown).extensions).toEqual({ code: 'QUERY_TOO_DEEP' });
  });

  it('gives a refusal without a code one', () => {
    expect(format(new GraphQLError('provided sha does not match query')).extensions).toEqual({
      code: 'BAD_REQUEST',
    });
  });

  it('keeps suggestions to itself when told so', () => {
    const thrown = new GraphQLError('Cannot query field "naem" on type "A". Did you mean "name" or "mane"?');
    expect(format(thrown, true).message).toBe('Cannot query field "naem" on type "A".');
    expect(format(thrown, false).message).toContain('Did you mean');
  });

  it('says what is wrong with a text that PostgreSQL cannot hold', () => {
    const refused = Object.assign(new Error('invalid byte sequence'), { driverError: { code: '22021' } });
    expect(format(thrownByField(refused))).toMatchObject({
      message: expect.stringContaining('U+0000') as string,
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });
});
