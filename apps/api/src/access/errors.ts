/** Refusals. Texts never say whether what was asked for exists. */
import { AppError } from '@app/platform';

export class Unauthenticated extends AppError {
  readonly code = 'UNAUTHENTICATED';
  readonly kind = 'UNAUTHENTICATED';

  constructor(
    message = 'This needs a signed-in customer; send an access token as "Authorization: Bearer …".',
  ) {
    super(message);
  }
}

export class Forbidden extends AppError {
  readonly code = 'FORBIDDEN';
  readonly kind = 'FORBIDDEN';

  constructor(role: string) {
    super(`This needs the ${role} role.`, { role });
  }
}

/** The thing does not exist, or it is not the viewer's to know that it does. */
export class NotFound extends AppError {
  readonly code = 'NOT_FOUND';
  readonly kind = 'NOT_FOUND';

  constructor(what: string) {
    super(`${what} was not found.`);
  }
}

export class InvalidInput extends AppError {
  readonly code = 'BAD_USER_INPUT';
  readonly kind = 'BAD_INPUT';
}
