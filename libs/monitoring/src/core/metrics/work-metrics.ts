/** Turns every finished piece of work into figures: a few additions each, to series that are found once. */
import type { FinishedWork, WorkedError, WorkObserver } from '../work/work.js';
import { byteBounds, countBounds, durationBounds } from './buckets.js';
import { ClientMetrics } from './client-metrics.js';
import type { Counter, Histogram, MetricRegistry } from './metric-registry.js';
import { ResolverMetrics } from './resolver-metrics.js';
import { writtenLabel } from './series-tree.js';
import type { HistogramSeries } from './series.js';
import { WorkFamily } from './work-family.js';

export interface WorkMetricsLimits {
  /** Operations that are counted apart, and the hottest of them that have every figure. */
  readonly mostOperations: number;
  readonly mostDetailedOperations: number;
}

/** Characters of an operation's name: hundreds of them have a place on one page. */
const longestOperationName = 48;
/** Routes, jobs and subscription fields are written by those who write the application: more than these are a mistake. */
const mostWritten = { mostNames: 200, mostDetailed: 100 };

/** For operations without a name; no name has a colon. */
function anonymousName(signature: string): string {
  return `anon:${signature.slice(0, 8)}`;
}

/** What cannot run can be invented without knowing the schema: it proves nothing of its name. */
function couldRun({ errors }: FinishedWork): boolean {
  return !errors.some(
    ({ errorClass }) =>
      errorClass === 'parse' || errorClass === 'validation' || errorClass === 'persisted-query',
  );
}

interface PhaseSeries {
  readonly parse: HistogramSeries;
  readonly validate: HistogramSeries;
  readonly plan: HistogramSeries;
  readonly execute: HistogramSeries;
  readonly serialise: HistogramSeries;
}

function phaseSeries(registry: MetricRegistry): PhaseSeries {
  const phases = registry.histogram(
    {
      name: 'graphql_phase_duration_seconds',
      help: 'How long each phase of GraphQL requests took that had it.',
      labelNames: ['phase'],
    },
    durationBounds,
  );
  return {
    parse: phases.series('parse'),
    validate: phases.series('validate'),
    plan: phases.series('plan'),
    execute: phases.series('execute'),
    serialise: phases.series('serialise'),
  };
}

export class WorkMetrics implements WorkObserver {
  readonly #operations: WorkFamily;
  readonly #events: WorkFamily;
  readonly #routes: WorkFamily;
  readonly #jobs: WorkFamily;
  readonly #clients: ClientMetrics;
  readonly #resolvers: ResolverMetrics;
  readonly #phases: PhaseSeries;
  readonly #statementsPerRequest: HistogramSeries;
  readonly #responseSize: HistogramSeries;
  readonly #errors: Counter;

  constructor(registry: MetricRegistry, { mostOperations, mostDetailedOperations }: WorkMetricsLimits) {
    this.#operations = new WorkFamily(registry, {
      prefix: 'graphql_request',
      plural: 'GraphQL requests',
      label: 'operation',
      hasOperationType: true,
      mostNames: mostOperations,
      mostDetailed: mostDetailedOperations,
    });
    this.#events = new WorkFamily(registry, {
      prefix: 'graphql_event',
      plural: 'executions of a subscription for one event',
      label: 'field',
      ...mostWritten,
    });
    this.#routes = new WorkFamily(registry, {
      prefix: 'http_server_request',
      plural: 'HTTP requests to routes other than GraphQL',
      label: 'route',
      ...mostWritten,
    });
    this.#jobs = new WorkFamily(registry, {
      prefix: 'job_run',
      plural: 'runs of a job',
      label: 'job',
      ...mostWritten,
    });
    this.#clients = new ClientMetrics(registry);
    this.#resolvers = new ResolverMetrics(registry);
    this.#phases = phaseSeries(registry);
    this.#statementsPerRequest = perRequest(registry).statements.series();
    this.#responseSize = perRequest(registry).bytes.series();
    this.#errors = registry.counter({
      name: 'graphql_errors_total',
      help: 'Errors in answers to GraphQL requests, by what clients get to know of them and by the field they come from.',
      labelNames: ['error_class', 'code', 'coordinate'],
      mostSeries: 500,
    });
  }

  finished(work: FinishedWork): void {
    switch (work.kind) {
      case 'operation':
        return this.#countOperation(work);
      case 'event':
        this.#countExecution(work);
        return this.#events.count(writtenLabel(work.name), work);
      case 'route':
        return this.#routes.count(writtenLabel(work.name), work);
      case 'job':
        return this.#jobs.count(writtenLabel(work.name), work);
    }
  }

  #countOperation(work: FinishedWork): void {
    const { name, signature, payloadBytes } = work;
    const label = name === '' ? anonymousName(signature) : writtenLabel(name, longestOperationName);
    this.#operations.count(label, work, couldRun(work));
    this.#clients.count(work);
    this.#statementsPerRequest.record(work.statements.length);
    if (payloadBytes !== undefined) this.#responseSize.record(payloadBytes);
    this.#countExecution(work);
  }

  #countExecution({ phases, resolvers, errors }: FinishedWork): void {
    for (const resolver of resolvers) this.#resolvers.count(resolver);
    for (const error of errors) this.#countError(error);
    const { parse, validate, plan, execute, serialise } = this.#phases;
    if (phases.parseMs > 0) parse.record(phases.parseMs / 1_000);
    if (phases.validateMs > 0) validate.record(phases.validateMs / 1_000);
    if (phases.planMs > 0) plan.record(phases.planMs / 1_000);
    if (phases.executeMs > 0) execute.record(phases.executeMs / 1_000);
    if (phases.serialiseMs > 0) serialise.record(phases.serialiseMs / 1_000);
  }

  #countError({ errorClass, code, coordinate = '' }: WorkedError): void {
    this.#errors.add(1, errorClass, code, coordinate);
  }
}

function perRequest(registry: MetricRegistry): { statements: Histogram; bytes: Histogram } {
  return {
    statements: registry.histogram(
      { name: 'graphql_sql_statements_per_request', help: 'SQL statements that a GraphQL request needed.' },
      countBounds,
    ),
    bytes: registry.histogram(
      { name: 'graphql_response_size_bytes', help: 'Bytes of the answers to GraphQL requests.' },
      byteBounds,
    ),
  };
}
