/** The situations in which the platform itself gives up. */
import { AppError } from './app-error.js';

/** The client has gone or the request's time is up: no further statement is started for it. */
export class RequestAborted extends AppError {
  readonly code = 'REQUEST_ABORTED';
  readonly kind = 'TIMEOUT';

  constructor(options?: ErrorOptions) {
    super('The request was ended before it was answered; ask for less, or try again.', {}, options);
  }
}

/** The stream has a history that the database does not know: the database was put back to an earlier state. */
export class EventStreamDiverged extends Error {
  readonly code = 'EVENT_STREAM_DIVERGED';

  constructor() {
    super(
      'The event stream in Redis goes beyond what the database has told: was it put back to an earlier state? Restart the ' +
        'application; it then begins a new stream. Until then events wait in the outbox.',
    );
    this.name = 'EventStreamDiverged';
  }
}

/** An event was written outside a transaction: it could be announced without the change that it speaks of. */
export class OutboxOutsideTransaction extends AppError {
  readonly code = 'OUTBOX_OUTSIDE_TRANSACTION';
  readonly kind = 'INTERNAL';

  constructor(topic: string) {
    super(
      `Event "${topic}" was appended outside a transaction; append it with the manager of Transactions.run().`,
    );
  }
}
