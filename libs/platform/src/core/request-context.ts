/** Carries what belongs to one request through every await below it: its id, and the signal that ends it. */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface RequestContext {
  readonly requestId: string;
  /** Aborted when the client has gone or the request's time is up; statements that still run are cancelled. */
  readonly signal: AbortSignal;
}

const storage = new AsyncLocalStorage<RequestContext>();

export function runInRequest<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

/**
 * Leaves the request for work that outlives it: timers inherit the context in which they are set, and a loop that a request
 * woke would otherwise end with it.
 */
export function outsideRequest<T>(work: () => T): T {
  return storage.exit(work);
}

/** The request this code runs for; undefined in jobs, start-up and the command line. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}
