import { describe, expect, it } from 'vitest';
import { toRowChange } from './recorded-change.js';

const table = 'things';

describe(toRowChange.name, () => {
  it('gives each kind what belongs to it', () => {
    const [before, after] = ['{"id": 1}', '{"id": 2}'];
    const nothing = { changed: null, before: null, after: null };
    expect(toRowChange({ ...nothing, table, kind: 'insert', after })).toEqual({
      kind: 'insert',
      table,
      after: { id: 2 },
    });
    expect(toRowChange({ ...nothing, table, kind: 'delete', before })).toEqual({
      kind: 'delete',
      table,
      before: { id: 1 },
    });
    expect(toRowChange({ table, kind: 'update', changed: ['id'], before, after })).toEqual({
      kind: 'update',
      table,
      before: { id: 1 },
      after: { id: 2 },
      changed: ['id'],
    });
    expect(toRowChange({ ...nothing, table, kind: 'table' })).toEqual({ kind: 'table', table });
  });

  it('keeps an integer that no number can hold as its digits, and everything else as it is', () => {
    const after =
      '{"id": 9223372036854775807, "n": -42, "rate": 0.1234567890123456, "text": "9223372036854775807"}';
    const change = toRowChange({ table, kind: 'insert', changed: null, before: null, after });
    expect(change).toMatchObject({
      after: {
        id: '9223372036854775807',
        n: -42,
        rate: 0.1234567890123456,
        text: '9223372036854775807',
      },
    });
  });
});
