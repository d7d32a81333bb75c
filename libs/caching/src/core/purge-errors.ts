/** The situations in which a CDN keeps what it was told to forget; none of these texts ever holds a credential. */
import { AppError } from '@app/platform/contract';

/** The CDN wants fewer calls: come again after `retryAfterMs`, or when the back-off says so. */
export class PurgeThrottled extends AppError {
  readonly code = 'PURGE_THROTTLED';
  readonly kind = 'INTERNAL';

  constructor(
    cdn: string,
    readonly retryAfterMs: number | undefined,
  ) {
    const when = retryAfterMs === undefined ? '' : ` and wants none for ${retryAfterMs} ms`;
    super(`${cdn} takes no more purges for now${when}; they stay queued.`, { cdn, retryAfterMs });
  }
}

/** The CDN answered and did not purge; its answer says why. */
export class PurgeRefused extends AppError {
  readonly code = 'PURGE_REFUSED';
  readonly kind = 'INTERNAL';

  constructor(
    cdn: string,
    readonly status: number,
    readonly retryAfterMs: number | undefined,
    answer: string,
  ) {
    const remedy =
      status === 401 || status === 403
        ? 'check the API token and its permission to purge'
        : 'it is tried again';
    super(`${cdn} refused a purge with status ${status}; ${remedy}. It said: ${answer}`, { cdn, status });
  }
}

/** No answer: the CDN's API could not be reached, or took too long. */
export class PurgeUnreachable extends AppError {
  readonly code = 'PURGE_UNREACHABLE';
  readonly kind = 'INTERNAL';

  constructor(cdn: string, options: ErrorOptions) {
    super(`${cdn} did not answer a purge; it is tried again.`, { cdn }, options);
  }
}

/** A credential that no header can carry, most often one with the line break of the file it came from. */
export class PurgeCredentialInvalid extends AppError {
  readonly code = 'PURGE_CREDENTIAL_INVALID';
  readonly kind = 'INTERNAL';

  constructor(cdn: string, name: string) {
    super(
      `The ${name} for ${cdn} is empty or holds blanks or control characters; set it to the bare value.`,
      {
        cdn,
      },
    );
  }
}

/** The ledger of purges could not be reached: whoever wanted them must try again. */
export class PurgeNotQueued extends AppError {
  readonly code = 'PURGE_NOT_QUEUED';
  readonly kind = 'INTERNAL';

  constructor(cause: unknown) {
    super(
      'What CDNs must forget could not be noted in Redis; it is noted when Redis is back.',
      {},
      { cause },
    );
  }
}
