/** Where statements that have run are told of, to whoever in the process wants to know; nobody waits for listeners. */
import { channel } from 'node:diagnostics_channel';

export interface RanStatement {
  readonly sql: string;
  readonly values: readonly unknown[];
  /** As the driver gave them; empty where the text held several statements. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Publishes {@link RanStatement}s within the asynchronous context of the caller, once the rows are there. */
export const ranStatements = channel('swiftlet:pg:statement');
