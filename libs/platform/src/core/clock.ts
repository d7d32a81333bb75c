/** Tells the time as an argument, so that a test can stand still. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
}
