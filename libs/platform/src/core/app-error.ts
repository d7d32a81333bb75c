/** The base of every error that a caller may see: a stable code, a sentence that says what to do, and the cause. */

/** Who is at fault decides the HTTP status; `INTERNAL` texts are never shown to clients. */
export type ErrorKind =
  | 'BAD_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'TOO_MANY_REQUESTS'
  | 'TIMEOUT'
  | 'INTERNAL';

export const httpStatusOf: Readonly<Record<ErrorKind, number>> = {
  BAD_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  TOO_MANY_REQUESTS: 429,
  TIMEOUT: 504,
  INTERNAL: 500,
};

export abstract class AppError extends Error {
  /** Stable and machine readable, e.g. `OUT_OF_STOCK`: clients branch on it, so it is never renamed. */
  abstract readonly code: string;
  abstract readonly kind: ErrorKind;
  /** Facts a client may act on, e.g. `{ available: 3 }`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, details: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.details = details;
  }
}

/** The AppError inside what was thrown: drivers and ORMs like to wrap what passes through them. */
export function findAppError(thrown: unknown): AppError | undefined {
  const seen = new Set<unknown>();
  for (let error = thrown; error instanceof Error && !seen.has(error);) {
    if (error instanceof AppError) return error;
    seen.add(error);
    error = (error as { driverError?: unknown }).driverError ?? error.cause;
  }
  return undefined;
}
