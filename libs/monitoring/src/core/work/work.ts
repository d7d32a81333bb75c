/** One piece of work as it is known when it is done: who asked for what, what it took, and where the time went. */

/** `event`: one execution of a subscription for one event. */
export type WorkKind = 'operation' | 'route' | 'job' | 'event';

export interface Timed {
  /** `performance.now()`. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

export interface WorkedStatement extends Timed {
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly rowCount: number;
  /** The SQLSTATE, or the name of the error. */
  readonly errorCode?: string;
  /** The schema coordinate of the resolver it ran for, as in `Product.reviews`. */
  readonly coordinate?: string;
}

export interface WorkedCommand extends Timed {
  /** Upper case, without arguments. */
  readonly command: string;
  /** Commands that went out together. */
  readonly count: number;
  readonly coordinate?: string;
  readonly hasFailed: boolean;
}

export interface WorkedLook extends Timed {
  readonly layer: string;
  readonly outcome: string;
}

/** All calls of one resolver that somebody wrote; fields that only read a property are not among them. */
export interface WorkedResolver {
  readonly coordinate: string;
  readonly calls: number;
  readonly errors: number;
  /** Sum and longest of the time from call to settled value, what runs at the same time counted each time. */
  readonly totalMs: number;
  readonly longestMs: number;
  /** Of it, on the processor: what the calls took until they returned. */
  readonly synchronousMs: number;
  /** `performance.now()` of the first call, and of the last value that settled, where they are known. */
  readonly firstStartedAtMs?: number | undefined;
  readonly lastEndedAtMs?: number | undefined;
}

export interface WorkedError {
  readonly errorClass: ErrorClass;
  /** `extensions.code`, as the client gets it. */
  readonly code: string;
  readonly coordinate?: string;
}

/** A closed list, so that it may be a label. The last two are server faults; only those count against objectives. */
export type ErrorClass =
  | 'parse'
  | 'validation'
  | 'persisted-query'
  | 'unauthenticated'
  | 'forbidden'
  | 'bad-input'
  | 'not-found'
  | 'conflict'
  | 'rate-limited'
  | 'too-costly'
  | 'aborted'
  | 'timeout'
  | 'database'
  | 'internal';

/** Milliseconds; each instant of the wall time counts once. Their sum is the wall time. */
export interface TimeSplit {
  readonly wallMs: number;
  readonly parseMs: number;
  readonly validateMs: number;
  readonly planMs: number;
  readonly resolverMs: number;
  readonly sqlMs: number;
  /** For a connection of the pool. */
  readonly poolWaitMs: number;
  readonly redisMs: number;
  readonly cacheMs: number;
  /** Jobs only: before somebody took it. */
  readonly queueWaitMs: number;
  readonly serialiseMs: number;
  /** What nobody told of. */
  readonly otherMs: number;
}

export interface PhaseTimes {
  readonly parseMs: number;
  readonly validateMs: number;
  readonly planMs: number;
  readonly executeMs: number;
  readonly serialiseMs: number;
}

export interface WorkClient {
  /** As the client says: `apollographql-client-name` or `x-client-name`. Empty when it says nothing. */
  readonly name: string;
  readonly version: string;
}

export interface FinishedWork extends Timed {
  readonly kind: WorkKind;
  /** Of an operation the name in its document or empty; of a route its method and pattern; of a job `queue/name`; of an event the field. */
  readonly name: string;
  readonly operationType: 'query' | 'mutation' | 'subscription' | undefined;
  /** Of the normalised document; equal for equal operations whatever their literals. Empty for what is no operation. */
  readonly signature: string;
  /** What was asked, without literals: for people who look at it. */
  readonly document?: string;
  readonly client: WorkClient;
  readonly requestId: string | undefined;
  /** What the caller's `traceparent` says of sampling; undefined where it sent none. */
  readonly isSampledByCaller?: boolean | undefined;
  /** W3C trace context: 32 and 16 hex digits. */
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  /** Unix time of {@link Timed.startedAtMs}. */
  readonly startedAtUnixMs: number;
  /** `failed`: a fault of the server's. `refused`: the client's own. `cached`: answered from stored bytes, nothing ran. */
  readonly outcome: 'ok' | 'cached' | 'refused' | 'failed';
  readonly errors: readonly WorkedError[];
  readonly phases: PhaseTimes;
  readonly split: TimeSplit;
  readonly resolvers: readonly WorkedResolver[];
  readonly statements: readonly WorkedStatement[];
  readonly commands: readonly WorkedCommand[];
  readonly looks: readonly WorkedLook[];
  /** Of the answer's body; undefined where it is not known. */
  readonly payloadBytes?: number;
  /** Hash of the answer, for those that ran: equal answers can be told. Undefined where nobody wants it. */
  readonly answerHash?: string;
}

/** Told of all work as it is done, on the path of the request: be quick, throw nothing, keep nothing of it that is large. */
export interface WorkObserver {
  finished(work: FinishedWork): void;
}
