/** The figures of one kind of work, by its name: how often, how it ended, how long, on what, and with how much SQL. */
import type { FinishedWork, TimeSplit } from '../work/work.js';
import { durationBounds } from './buckets.js';
import { HottestLabels } from './hottest-labels.js';
import type { Counter, Histogram, MetricDescription, MetricRegistry } from './metric-registry.js';
import { overflowLabel } from './series-tree.js';
import type { CounterSeries, HistogramSeries } from './series.js';

export interface WorkFamilyDescription {
  /** What the metrics' names begin with, as in `graphql_request`. */
  readonly prefix: string;
  /** What one piece of it is called in the metrics' texts, as in `GraphQL requests`. */
  readonly plural: string;
  /** The label with the work's name. */
  readonly label: string;
  readonly hasOperationType?: boolean;
  /** Names that are counted apart, and the hottest of them that have every figure. */
  readonly mostNames: number;
  readonly mostDetailed: number;
}

type TypedOutcomes = Record<FinishedWork['outcome'], CounterSeries | undefined>;

/** One work's counters by its type and how it ended. */
class OutcomeSeries {
  readonly #types = new Map<string, TypedOutcomes>();

  constructor(private readonly seriesOf: (type: string, outcome: string) => CounterSeries) {}

  count({ operationType, outcome }: FinishedWork): void {
    const type = operationType ?? 'none';
    let outcomes = this.#types.get(type);
    if (outcomes === undefined) {
      // Zero is shown before the first fault: of a series that begins with it a rate would see nothing.
      const failed = this.seriesOf(type, 'failed');
      outcomes = { ok: undefined, cached: undefined, refused: undefined, failed };
      this.#types.set(type, outcomes);
    }
    (outcomes[outcome] ??= this.seriesOf(type, outcome)).add(1);
  }
}

class Detail {
  readonly duration: HistogramSeries;
  readonly parts = new Map<string, CounterSeries>();
  readonly errors = new Map<string, CounterSeries>();
  sql:
    | { readonly statements: CounterSeries; readonly seconds: CounterSeries; readonly rows: CounterSeries }
    | undefined;
  payloadBytes: CounterSeries | undefined;

  constructor(
    readonly name: string,
    metrics: DetailMetrics,
  ) {
    this.duration = metrics.duration.series(name);
  }
}

interface DetailMetrics {
  readonly duration: Histogram;
  readonly time: Counter;
  readonly statements: Counter;
  readonly statementSeconds: Counter;
  readonly rows: Counter;
  readonly payloadBytes: Counter;
  readonly errors: Counter;
}

function detailMetrics(registry: MetricRegistry, family: WorkFamilyDescription): DetailMetrics {
  const { prefix, plural, label } = family;
  const described = (name: string, help: string, ...more: string[]): MetricDescription => ({
    name: `${prefix}_${name}`,
    help,
    labelNames: [label, ...more],
  });
  return {
    duration: registry.histogram(described('duration_seconds', `How long ${plural} took.`), durationBounds),
    time: registry.counter(
      described(
        'time_seconds_total',
        `What the time of ${plural} went to; each instant counts once.`,
        'part',
      ),
    ),
    statements: registry.counter(described('sql_statements_total', `SQL statements of ${plural}.`)),
    statementSeconds: registry.counter(
      described('sql_seconds_total', `Sum of the time of the SQL statements of ${plural}.`),
    ),
    rows: registry.counter(
      described('sql_rows_total', `Rows that SQL statements of ${plural} read or changed.`),
    ),
    payloadBytes: registry.counter(described('response_bytes_total', `Bytes of the answers to ${plural}.`)),
    errors: registry.counter(described('errors_total', `Errors of ${plural}.`, 'error_class')),
  };
}

export class WorkFamily {
  readonly #requests: Counter;
  readonly #detail: DetailMetrics;
  readonly #outcomes: HottestLabels<OutcomeSeries>;
  readonly #details: HottestLabels<Detail>;
  readonly #otherOutcomes: OutcomeSeries;
  readonly #otherDetail: Detail;

  constructor(registry: MetricRegistry, family: WorkFamilyDescription) {
    const { prefix, plural, label, hasOperationType = false, mostNames, mostDetailed } = family;
    this.#requests = registry.counter({
      name: `${prefix}s_total`,
      help: `How many ${plural} there were, by how they ended.`,
      labelNames: hasOperationType ? [label, 'type', 'outcome'] : [label, 'outcome'],
      mostSeries: 4 * (mostNames + 1), // the four ways to end
    });
    this.#detail = detailMetrics(registry, family);
    const outcomesFor = (name: string) =>
      new OutcomeSeries((type, outcome) =>
        this.#requests.series(...(hasOperationType ? [name, type, outcome] : [name, outcome])),
      );
    const detailFor = (name: string) => new Detail(name, this.#detail);
    this.#outcomes = new HottestLabels({
      mostNames,
      make: outcomesFor,
      retired: (name) => this.#requests.forget({ [label]: name }),
    });
    this.#details = new HottestLabels({
      mostNames: mostDetailed,
      make: detailFor,
      retired: (name) => {
        for (const metric of Object.values<Counter | Histogram>({ ...this.#detail }))
          metric.forget({ [label]: name });
      },
    });
    this.#otherOutcomes = outcomesFor(overflowLabel);
    this.#otherDetail = detailFor(overflowLabel);
  }

  /** @param earns false for work that proves nothing by having been asked for: it is counted under its name only where that is known. */
  count(name: string, work: FinishedWork, earns = true): void {
    const { endedAtMs: nowMs } = work;
    const outcomes = earns ? this.#outcomes.use(name, nowMs) : this.#outcomes.peek(name);
    (outcomes ?? this.#otherOutcomes).count(work);
    const detail = earns ? this.#details.use(name, nowMs) : this.#details.peek(name);
    this.#countDetail(detail ?? this.#otherDetail, work);
  }

  #countDetail(detail: Detail, work: FinishedWork): void {
    const { split, statements, errors, payloadBytes, traceId } = work;
    detail.duration.recordWithExemplar(split.wallMs / 1_000, traceId, work.startedAtUnixMs + split.wallMs);
    this.#countParts(detail, split);
    if (statements.length > 0) this.#countStatements(detail, statements);
    if (payloadBytes !== undefined)
      (detail.payloadBytes ??= this.#detail.payloadBytes.series(detail.name)).add(payloadBytes);
    for (const { errorClass } of errors) {
      let series = detail.errors.get(errorClass);
      if (series === undefined) {
        series = this.#detail.errors.series(detail.name, errorClass);
        detail.errors.set(errorClass, series);
      }
      series.add(1);
    }
  }

  /** One by one: read under a name that changes, each would cost a look into the object. */
  #countParts(detail: Detail, split: TimeSplit): void {
    this.#countPart(detail, 'parse', split.parseMs);
    this.#countPart(detail, 'validate', split.validateMs);
    this.#countPart(detail, 'plan', split.planMs);
    this.#countPart(detail, 'resolver', split.resolverMs);
    this.#countPart(detail, 'sql', split.sqlMs);
    this.#countPart(detail, 'pool_wait', split.poolWaitMs);
    this.#countPart(detail, 'redis', split.redisMs);
    this.#countPart(detail, 'cache', split.cacheMs);
    this.#countPart(detail, 'queue_wait', split.queueWaitMs);
    this.#countPart(detail, 'serialise', split.serialiseMs);
    this.#countPart(detail, 'other', split.otherMs);
  }

  #countPart(detail: Detail, part: string, ms: number): void {
    if (ms === 0) return;
    let series = detail.parts.get(part);
    if (series === undefined) {
      series = this.#detail.time.series(detail.name, part);
      detail.parts.set(part, series);
    }
    series.add(ms / 1_000);
  }

  #countStatements(detail: Detail, statements: FinishedWork['statements']): void {
    let totalMs = 0;
    let rows = 0;
    for (const { startedAtMs, endedAtMs, rowCount } of statements) {
      totalMs += endedAtMs - startedAtMs;
      rows += rowCount;
    }
    const { name } = detail;
    const metrics = this.#detail;
    detail.sql ??= {
      statements: metrics.statements.series(name),
      seconds: metrics.statementSeconds.series(name),
      rows: metrics.rows.series(name),
    };
    detail.sql.statements.add(statements.length);
    detail.sql.seconds.add(totalMs / 1_000);
    detail.sql.rows.add(rows);
  }
}
