import { describe, expect, it } from 'vitest';
import { finishedWork, type FinishedWorkOverrides } from '../../testing/finished-work.js';
import { MetricRegistry } from './metric-registry.js';
import { WorkMetrics } from './work-metrics.js';

function counted(works: readonly FinishedWorkOverrides[], limits: Partial<typeof usualLimits> = {}) {
  const registry = new MetricRegistry();
  const metrics = new WorkMetrics(registry, { ...usualLimits, ...limits });
  for (const work of works) metrics.finished(finishedWork(work));
  const metricOf = async (name: string) => (await registry.snapshot()).find((one) => one.name === name);
  return {
    /** @returns `label,label value` for each series. */
    seriesOf: async (name: string): Promise<string[]> => {
      const metric = await metricOf(name);
      return (metric?.series ?? []).map(
        ({ labels, value }) => `${labels.join(',')} ${Number(value.toFixed(6))}`,
      );
    },
    countsOf: async (name: string): Promise<Record<string, number>> => {
      const metric = await metricOf(name);
      return Object.fromEntries(
        (metric?.series ?? []).map(({ labels, bucketCounts = [] }) => [
          labels.join(','),
          bucketCounts.reduce((sum, count) => sum + count, 0),
        ]),
      );
    },
  };
}

const usualLimits = { mostOperations: 10, mostDetailedOperations: 5 };
const statement = { sql: 'SELECT 1', values: [], rowCount: 3, startedAtMs: 10, endedAtMs: 14 };

function times(count: number, name: string, startedAtMs: number): FinishedWorkOverrides[] {
  return Array.from({ length: count }, () => ({ name, startedAtMs }));
}

describe(WorkMetrics.name, () => {
  it('counts operations by how they ended', async () => {
    const { seriesOf } = counted([
      { name: 'A' },
      { name: 'A', outcome: 'cached' },
      { name: 'A' },
      { name: 'B', operationType: 'mutation', outcome: 'failed' },
    ]);
    expect(await seriesOf('graphql_requests_total')).toEqual([
      'A,query,failed 0',
      'A,query,ok 2',
      'A,query,cached 1',
      'B,mutation,failed 1',
    ]);
  });

  it('calls an operation without a name by its signature', async () => {
    const { seriesOf } = counted([{ name: '', signature: '0123456789abcdef' }]);
    expect(await seriesOf('graphql_requests_total')).toContain('anon:01234567,query,ok 1');
  });

  it('adds up what the time of an operation went to, to its wall time', async () => {
    const { seriesOf } = counted([{ name: 'A', split: { wallMs: 20, sqlMs: 7, redisMs: 2 } }]);
    const parts = await seriesOf('graphql_request_time_seconds_total');
    expect(parts).toContain('A,sql 0.007');
    expect(parts).toContain('A,redis 0.002');
    const sum = parts.reduce((seconds, part) => seconds + Number(part.split(' ')[1]), 0);
    expect(sum).toBeCloseTo(0.02);
    expect(await seriesOf('graphql_request_duration_seconds')).toContain('A 0.02');
  });

  it('counts statements, their time and their rows', async () => {
    const { seriesOf, countsOf } = counted([
      { name: 'A', statements: [statement, statement] },
      { name: 'B' },
    ]);
    expect(await seriesOf('graphql_request_sql_statements_total')).toEqual(['A 2']);
    expect(await seriesOf('graphql_request_sql_seconds_total')).toEqual(['A 0.008']);
    expect(await seriesOf('graphql_request_sql_rows_total')).toEqual(['A 6']);
    expect(await countsOf('graphql_sql_statements_per_request')).toEqual({ '': 2 });
  });

  it('counts errors by class with their operation, and by code and field without it', async () => {
    const errors = [
      { errorClass: 'not-found', code: 'NOT_FOUND', coordinate: 'Query.product' },
      { errorClass: 'internal', code: 'INTERNAL_SERVER_ERROR' },
    ] as const;
    const { seriesOf } = counted([{ name: 'A', errors }]);
    expect(await seriesOf('graphql_request_errors_total')).toEqual(['A,not-found 1', 'A,internal 1']);
    expect(await seriesOf('graphql_errors_total')).toEqual([
      'not-found,NOT_FOUND,Query.product 1',
      'internal,INTERNAL_SERVER_ERROR, 1',
    ]);
  });

  it('counts every call of a resolver once and all of their time', async () => {
    const resolver = {
      coordinate: 'Product.reviews',
      calls: 4,
      errors: 1,
      totalMs: 40,
      longestMs: 25,
      synchronousMs: 2,
    };
    const { seriesOf, countsOf } = counted([{ resolvers: [resolver] }]);
    expect(await countsOf('graphql_resolver_duration_seconds')).toEqual({ 'Product.reviews': 4 });
    expect(await seriesOf('graphql_resolver_duration_seconds')).toEqual(['Product.reviews 0.04']);
    expect(await seriesOf('graphql_resolver_cpu_seconds_total')).toEqual(['Product.reviews 0.002']);
    expect(await seriesOf('graphql_resolver_errors_total')).toEqual(['Product.reviews 1']);
  });

  it('counts clients by name and version, apart from operations', async () => {
    const { seriesOf } = counted([
      { client: { name: 'web', version: '1' } },
      { client: { name: 'web', version: '1' }, outcome: 'refused' },
      { client: { name: '', version: '' } },
      ...Array.from({ length: 12 }, (_, at) => ({ client: { name: 'app', version: `${at}` } })),
    ]);
    const requests = await seriesOf('graphql_client_requests_total');
    expect(requests).toContain('web,1 2');
    expect(requests).toContain('unknown,unknown 1');
    expect(requests).toContain('app,other 2');
    expect(await seriesOf('graphql_client_errors_total')).toEqual(['web,1 1']);
  });

  it('gives no name to what could not run', async () => {
    const errors = [{ errorClass: 'validation', code: 'GRAPHQL_VALIDATION_FAILED' }] as const;
    const { seriesOf } = counted([
      { name: 'Invented', outcome: 'refused', errors },
      { name: 'Known' },
      { name: 'Known', outcome: 'refused', errors },
    ]);
    expect(await seriesOf('graphql_requests_total')).toEqual([
      'other,query,failed 0',
      'other,query,refused 1',
      'Known,query,failed 0',
      'Known,query,ok 1',
      'Known,query,refused 1',
    ]);
  });

  it('shows every figure of the hottest operations, and only how the others ended', async () => {
    const works = Array.from({ length: 12 }, (_, at) => ({ name: `Operation${at}` }));
    const { seriesOf, countsOf } = counted(works);
    const requests = await seriesOf('graphql_requests_total');
    expect(requests).toHaveLength(22);
    expect(requests).toContain('other,query,ok 2');
    const durations = await countsOf('graphql_request_duration_seconds');
    expect(Object.keys(durations)).toHaveLength(6);
    expect(durations['other']).toBe(7);
  });

  it('keeps routes, jobs and events apart from operations', async () => {
    const { seriesOf } = counted([
      { kind: 'route', name: 'GET /api/shop' },
      { kind: 'job', name: 'mail/send' },
      { kind: 'event', name: 'productChanged', statements: [statement] },
    ]);
    expect(await seriesOf('http_server_requests_total')).toContain('GET /api/shop,ok 1');
    expect(await seriesOf('job_runs_total')).toContain('mail/send,ok 1');
    expect(await seriesOf('graphql_events_total')).toContain('productChanged,ok 1');
    expect(await seriesOf('graphql_event_sql_statements_total')).toEqual(['productChanged 1']);
    expect(await seriesOf('graphql_requests_total')).toEqual([]);
  });

  it('ends the figures of who makes room, and counts who comes back from nothing', async () => {
    const { seriesOf } = counted(
      [...times(1, 'Old', 0), ...times(20, 'Hot', 1_000), ...times(90, 'Old', 601_000)],
      { mostOperations: 1, mostDetailedOperations: 1 },
    );
    // Of the newcomer's uses the first nine and twenty-nine: it is looked at each tenth time.
    expect(await seriesOf('graphql_requests_total')).toEqual([
      'other,query,failed 0',
      'other,query,ok 38',
      'Old,query,failed 0',
      'Old,query,ok 61',
    ]);
    expect(await seriesOf('graphql_request_duration_seconds')).toHaveLength(2);
  });
});
