/**
 * The `pg` driver, with every statement tied to the request that it runs for: when that request is aborted, the running
 * statement is cancelled inside PostgreSQL and no further one is started. Statements that have run are told of on
 * `swiftlet:pg:statement`.
 */
import pg from 'pg';
import { currentRequest } from '../core/request-context.js';
import { RequestAborted } from '../core/errors.js';
import { ranStatements, type RanStatement } from '../core/statement-channel.js';

type QueryArguments = [query: unknown, values?: unknown, callback?: unknown];
/** `pg` types six overloads of `query`; all that matters here is that a promise or nothing comes back. */
type QueryFunction = (this: pg.Client, ...queryArguments: QueryArguments) => Promise<unknown> | undefined;

/**
 * Asks PostgreSQL to cancel by its own function and not by the wire's CancelRequest, so that the reply tells when the
 * signal is out: the connection goes back to the pool only afterwards, and never takes its next user's statement down.
 */
class StatementCanceller {
  readonly #pool: pg.Pool;

  constructor(url: string) {
    this.#pool = new pg.Pool({
      connectionString: url,
      max: 2,
      idleTimeoutMillis: 5_000,
      allowExitOnIdle: true,
      application_name: 'swiftlet-cancel',
    });
    this.#pool.on('error', () => undefined); // an idle connection that breaks is simply replaced
  }

  /** Resolves whether or not it worked: a statement that cannot be cancelled ends by its own timeout. */
  async cancel(processId: number): Promise<void> {
    await this.#pool.query('SELECT pg_cancel_backend($1)', [processId]).catch(() => undefined);
  }
}

function isRollback(query: unknown): boolean {
  return typeof query === 'string' && /^\s*rollback/i.test(query);
}

function toStatement([query, values]: QueryArguments, result: unknown): RanStatement {
  const isConfig = typeof query === 'object' && query !== null;
  const text: unknown = isConfig ? Reflect.get(query, 'text') : query;
  const own: unknown = isConfig ? Reflect.get(query, 'values') : values;
  const { rows = [] } = result as { readonly rows?: RanStatement['rows'] };
  return { sql: String(text), values: Array.isArray(own) ? (own as unknown[]) : [], rows };
}

type Settle = (error: unknown, result?: unknown) => void;

const plainQuery: unknown = Reflect.get(pg.Client.prototype, 'query');

function runPlainly(client: pg.Client, args: QueryArguments): Promise<unknown> | undefined {
  return (plainQuery as QueryFunction).apply(client, args);
}

async function runTold(client: pg.Client, args: QueryArguments): Promise<unknown> {
  const result = await runPlainly(client, args);
  if (ranStatements.hasSubscribers) ranStatements.publish(toStatement(args, result));
  return result;
}

function cancellableClient(canceller: StatementCanceller): typeof pg.Client {
  async function runCancellable(
    client: pg.Client,
    signal: AbortSignal,
    args: QueryArguments,
  ): Promise<unknown> {
    let cancelled: Promise<void> | undefined;
    const { processID } = client as pg.Client & { readonly processID: number };
    const cancel = (): void => {
      cancelled = canceller.cancel(processID);
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await runTold(client, args);
    } catch (error) {
      throw signal.aborted ? new RequestAborted({ cause: error }) : error;
    } finally {
      signal.removeEventListener('abort', cancel);
      await cancelled;
    }
  }

  function query(this: pg.Client, ...args: QueryArguments): Promise<unknown> | undefined {
    const signal = currentRequest()?.signal;
    // A rollback must always get through, or the connection would go back to the pool inside a dead transaction.
    const callback = args.at(-1);
    const isCallbackStyle = typeof callback === 'function';
    if (signal === undefined || isRollback(args[0])) {
      return isCallbackStyle ? runPlainly(this, args) : runTold(this, args);
    }
    const outcome = signal.aborted
      ? Promise.reject(new RequestAborted())
      : runCancellable(this, signal, isCallbackStyle ? (args.slice(0, -1) as QueryArguments) : args);
    if (!isCallbackStyle) return outcome;
    const settle = callback as Settle;
    void outcome.then(
      (result) => settle(undefined, result),
      (error: unknown) => settle(error),
    );
    return undefined;
  }

  return class CancellableClient extends pg.Client {
    override query = query as pg.Client['query'];
  };
}

/** A drop-in for TypeORM's `driver` option. */
export function cancellablePg(url: string): typeof pg {
  const Client = cancellableClient(new StatementCanceller(url));
  class CancellablePool extends pg.Pool {
    constructor(config?: pg.PoolConfig) {
      super({ ...config, Client });
    }
  }
  return Object.assign(Object.create(pg) as typeof pg, { Client, Pool: CancellablePool });
}
