/** The cache's store did not do what it was asked; the caller got a miss or `false` and goes on without. */
import { AppError } from '@app/platform/contract';

export type StoreOperation = 'get' | 'set' | 'delete' | 'has' | 'clear';

export class CacheStoreFailed extends AppError {
  readonly code = 'CACHE_STORE_FAILED';
  readonly kind = 'INTERNAL';

  constructor(operation: StoreOperation, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `The cache could not ${operation}: ${reason.replace(/\.$/, '')}. Callers go on without it; look at the Redis behind it.`,
      { operation },
      { cause },
    );
  }
}

/** Keyv was told not to serialise. */
export class CacheValueNotSerialised extends AppError {
  readonly code = 'CACHE_VALUE_NOT_SERIALISED';
  readonly kind = 'INTERNAL';

  constructor(key: string) {
    super(`The value of "${key}" is not a string; leave the serializer of this Keyv switched on.`, { key });
  }
}
