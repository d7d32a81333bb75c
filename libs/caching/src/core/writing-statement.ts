/** Tells which statements may have changed rows, so that only these are asked for their changes. */

/**
 * COMMIT is one for whoever opened a transaction by hand. A function that writes inside a plain SELECT is not seen here; its
 * changes wait for the relay.
 */
const writingCommands: ReadonlySet<unknown> = new Set([
  'INSERT',
  'UPDATE',
  'DELETE',
  'MERGE',
  'TRUNCATE',
  'COPY',
  'CALL',
  'DO',
  'COMMIT',
]);

/** `WITH … UPDATE … SELECT` reports itself as a SELECT. */
const writingWords = /\b(?:insert|update|delete|merge)\b/i;

/** @param result what `pg` returned: one result, or a list of them when the text held several statements. */
export function mayHaveWritten(sql: string, result: unknown): boolean {
  if (Array.isArray(result)) return result.some((each) => mayHaveWritten(sql, each));
  if (typeof result !== 'object' || result === null) return true;
  const command: unknown = Reflect.get(result, 'command');
  return command === 'SELECT' ? writingWords.test(sql) : writingCommands.has(command);
}
