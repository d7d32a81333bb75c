import { describe, expect, it } from 'vitest';
import { finishedWork, type FinishedWorkOverrides } from '../../testing/finished-work.js';
import { isTraceSampled } from './trace-sampling.js';
import { spansOf } from './work-spans.js';

function spans(overrides: FinishedWorkOverrides) {
  let number = 0;
  return spansOf(finishedWork(overrides), () => `child ${(number += 1)}`);
}

const resolver = { calls: 3, errors: 0, totalMs: 9, longestMs: 4, synchronousMs: 1 };
const statement = {
  sql: ' select 1 ',
  values: ['secret'],
  rowCount: 3,
  startedAtMs: 1_003,
  endedAtMs: 1_006,
};

describe(spansOf.name, () => {
  it('names an operation by its type, and says its name and document beside it', () => {
    const [root] = spans({ name: 'Products', document: 'query Products { x }', parentSpanId: 'caller' });
    expect(root).toMatchObject({
      name: 'query',
      kind: 'server',
      spanId: 'b7ad6b7169203331',
      parentSpanId: 'caller',
      startUnixMs: 1_700_000_000_000,
      endUnixMs: 1_700_000_000_012,
      attributes: { 'graphql.operation.name': 'Products', 'graphql.document': 'query Products { x }' },
      error: undefined,
    });
  });

  it('lays phases behind each other and leaves out those that took no time', () => {
    const [, ...phases] = spans({});
    expect(
      phases.map(({ name, startUnixMs, endUnixMs }) => [name, startUnixMs % 1_000, endUnixMs % 1_000]),
    ).toEqual([
      ['graphql.parse', 0, 1],
      ['graphql.validate', 1, 2],
      ['graphql.execute', 2, 11],
      ['graphql.serialise', 11, 12],
    ]);
  });

  it('puts statements and commands under the resolver that they ran for, without their values', () => {
    const all = spans({
      resolvers: [
        { ...resolver, coordinate: 'Query.products', firstStartedAtMs: 1_002, lastEndedAtMs: 1_010 },
        { ...resolver, coordinate: 'Product.reviews' },
      ],
      statements: [{ ...statement, coordinate: 'Query.products' }, statement],
      commands: [{ command: 'GET', count: 2, hasFailed: true, startedAtMs: 1_007, endedAtMs: 1_008 }],
    });
    const execute = all.find(({ name }) => name === 'graphql.execute')?.spanId;
    const products = all.find(({ name }) => name === 'graphql.resolve Query.products');
    expect(products).toMatchObject({
      parentSpanId: execute,
      startUnixMs: 1_700_000_000_002,
      endUnixMs: 1_700_000_000_010,
    });
    expect(all.filter(({ kind }) => kind === 'client')).toMatchObject([
      {
        name: 'SELECT',
        parentSpanId: products?.spanId,
        startUnixMs: 1_700_000_000_003,
        attributes: { 'db.system.name': 'postgresql', 'db.response.returned_rows': 3 },
      },
      { name: 'SELECT', parentSpanId: execute },
      { name: 'GET', parentSpanId: execute, error: 'redis', attributes: { 'db.operation.batch.size': 2 } },
    ]);
    expect(JSON.stringify(all)).not.toContain('secret');
  });

  it('tells a route and a job by what they are', () => {
    expect(spans({ kind: 'route', name: 'GET /api/shop/:id' })[0]).toMatchObject({
      name: 'GET /api/shop/:id',
      kind: 'server',
      attributes: { 'http.request.method': 'GET', 'http.route': '/api/shop/:id' },
    });
    expect(spans({ kind: 'job', name: 'mail/send' })[0]).toMatchObject({
      name: 'mail/send',
      kind: 'consumer',
    });
  });

  it('says what failed', () => {
    const errors = [{ errorClass: 'database', code: 'INTERNAL_SERVER_ERROR' }] as const;
    expect(spans({ outcome: 'failed', errors })[0]).toMatchObject({
      error: 'INTERNAL_SERVER_ERROR',
      attributes: { 'error.type': 'database' },
    });
  });

  it('ends at five hundred spans', () => {
    expect(spans({ statements: Array.from({ length: 2_000 }, () => statement) })).toHaveLength(500);
  });
});

describe(isTraceSampled.name, () => {
  const low = { traceId: 'f'.repeat(20) + '0'.repeat(12) };
  const high = { traceId: '0'.repeat(20) + 'f'.repeat(12) };

  it('decides by the random end of the id', () => {
    expect(isTraceSampled(finishedWork(low), 0.01)).toBe(true);
    expect(isTraceSampled(finishedWork(high), 0.99)).toBe(false);
    expect(isTraceSampled(finishedWork(low), 0)).toBe(false);
    expect(isTraceSampled(finishedWork(high), 1)).toBe(true);
  });

  it('does as the caller has decided', () => {
    expect(isTraceSampled(finishedWork({ ...low, isSampledByCaller: false }), 1)).toBe(false);
    expect(isTraceSampled(finishedWork({ ...high, isSampledByCaller: true }), 0)).toBe(true);
  });

  it('always takes what failed', () => {
    expect(isTraceSampled(finishedWork({ ...high, outcome: 'failed', isSampledByCaller: false }), 0)).toBe(
      true,
    );
  });
});
