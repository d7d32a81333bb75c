import { describe, expect, it } from 'vitest';
import { mayHaveWritten } from './writing-statement.js';

describe(mayHaveWritten.name, () => {
  it.each(['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'TRUNCATE', 'COMMIT', 'CALL'])(
    'is true for %s',
    (command) => {
      expect(mayHaveWritten('…', { command })).toBe(true);
    },
  );

  it.each([
    ['SELECT 1', 'SELECT'],
    ['BEGIN', 'BEGIN'],
    ['CREATE TABLE t ()', 'CREATE'],
  ])('is false for %s', (sql, command) => {
    expect(mayHaveWritten(sql, { command })).toBe(false);
  });

  it('sees a statement that writes inside one that reads', () => {
    const sql = 'with gone as (delete from t returning *) select * from gone';
    expect(mayHaveWritten(sql, { command: 'SELECT' })).toBe(true);
  });

  it('asks each of several statements, and believes the worst of an unknown result', () => {
    expect(mayHaveWritten('…', [{ command: 'SET' }, { command: 'UPDATE' }])).toBe(true);
    expect(mayHaveWritten('…', [{ command: 'SET' }, { command: 'SHOW' }])).toBe(false);
    expect(mayHaveWritten('…', undefined)).toBe(true);
  });
});
