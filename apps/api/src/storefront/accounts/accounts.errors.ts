/** Situations in which somebody is not let in. Texts never tell whether an e-mail address is known. */
import { AppError } from '@app/platform';

export class WrongCredentials extends AppError {
  readonly code = 'UNAUTHENTICATED';
  readonly kind = 'UNAUTHENTICATED';

  constructor() {
    super('The e-mail address or the password is wrong.');
  }
}

export class InvalidAccessToken extends AppError {
  readonly code = 'UNAUTHENTICATED';
  readonly kind = 'UNAUTHENTICATED';

  constructor(options?: ErrorOptions) {
    super(
      'The access token is not valid or has expired; get a new one by `refreshToken` or `signIn`.',
      {},
      options,
    );
  }
}

/** Unknown, expired, revoked, or used a second time: the last ends the whole family. */
export class InvalidRefreshToken extends AppError {
  readonly code = 'UNAUTHENTICATED';
  readonly kind = 'UNAUTHENTICATED';

  constructor() {
    super('The refresh token is not valid any more; sign in again.');
  }
}

export class EmailTaken extends AppError {
  readonly code = 'EMAIL_TAKEN';
  readonly kind = 'CONFLICT';

  constructor() {
    super('There is an account with this e-mail address; sign in instead.');
  }
}

export class TooManySignIns extends AppError {
  readonly code = 'TOO_MANY_REQUESTS';
  readonly kind = 'TOO_MANY_REQUESTS';

  constructor(retryAfterSeconds: number) {
    super(`Too many failed attempts to sign in; try again in ${retryAfterSeconds} seconds.`, {
      retryAfterSeconds,
    });
  }
}
