import { AppError } from '@app/platform';
import {
  ForbiddenException,
  InternalServerErrorException,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { InvalidInput, NotFound } from '../access/errors.js';
import { isGraphqlPath, toFailure } from './http-error.filter.js';

class Broken extends AppError {
  readonly code = 'BROKEN';
  readonly kind = 'INTERNAL';
}

const ofFastify = (statusCode: number, message: string) => Object.assign(new Error(message), { statusCode });

describe(toFailure, () => {
  it.each([
    [new InvalidInput('No.'), { status: 400, code: 'BAD_USER_INPUT', message: 'No.' }],
    [new NotFound('The picture'), { status: 404, code: 'NOT_FOUND', message: 'The picture was not found.' }],
    [new Error('wrapped', { cause: new InvalidInput('No.') }), { status: 400, message: 'No.' }],
    [new ForbiddenException('Not you.'), { status: 403, code: 'FORBIDDEN', message: 'Not you.' }],
    [ofFastify(413, 'Too much.'), { status: 413, code: 'PAYLOAD_TOO_LARGE', message: 'Too much.' }],
    [ofFastify(414, 'Too long.'), { status: 414, code: 'URI_TOO_LONG' }],
  ])('shows %s to clients', (error, failure) => {
    expect(toFailure(error)).toMatchObject(failure);
  });

  it.each([
    new Broken('the disk is full'),
    new Error('relation "x" does not exist'),
    new InternalServerErrorException('secret'),
    ofFastify(503, 'secret'),
    'a string',
    undefined,
    { statusCode: 400, message: 'no error at all' },
  ])('masks %s', (error) => {
    expect(toFailure(error)).toEqual({
      status: 500,
      code: 'INTERNAL_SERVER_ERROR',
      message: 'Something went wrong on our side.',
    });
  });

  it('says which content type to send where the framework says nothing', () => {
    expect(toFailure(new UnsupportedMediaTypeException()).message).toContain('application/json');
    expect(toFailure(new UnsupportedMediaTypeException('Send UTF-8.')).message).toBe('Send UTF-8.');
  });
});

describe(isGraphqlPath, () => {
  it.each(['/graphql', '/graphql?query=x', '/graphql/stream'])('holds for %s', (url) => {
    expect(isGraphqlPath(url)).toBe(true);
  });

  it.each(['/', '/graphqls', '/images/graphql', '/GRAPHQL'])('does not hold for %s', (url) => {
    expect(isGraphqlPath(url)).toBe(false);
  });
});
