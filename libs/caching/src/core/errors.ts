/** The situations in which the cache refuses what it was told. */
import { AppError } from '@app/platform/contract';

/** A tag that cannot be written would be invalidated under another name, and the answer would stay. */
export class CacheTagFormatInvalid extends AppError {
  readonly code = 'CACHE_TAG_FORMAT_INVALID';
  readonly kind = 'INTERNAL';

  constructor(format: string) {
    super(
      `@cacheTag(format: ${JSON.stringify(format)}) is not a tag; write text with references such as {$args.userId} or {$key.id}.`,
    );
  }
}

/** The log took no record: other nodes do not know of the change yet. */
export class InvalidationNotLogged extends Error {
  readonly code = 'INVALIDATION_NOT_LOGGED';

  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`The invalidation could not be written to Redis: ${reason}. It is tried again until it is.`, {
      cause,
    });
    this.name = 'InvalidationNotLogged';
  }
}
