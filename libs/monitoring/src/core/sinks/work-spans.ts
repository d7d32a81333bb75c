/** A finished piece of work as spans, named and described by OpenTelemetry's semantic conventions. */
import type { FinishedWork, WorkedCommand, WorkedResolver, WorkedStatement } from '../work/work.js';

export type SpanKindName = 'server' | 'client' | 'consumer' | 'internal';
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface WorkSpan {
  readonly name: string;
  readonly kind: SpanKindName;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly startUnixMs: number;
  readonly endUnixMs: number;
  readonly attributes: SpanAttributes;
  /** Of what has failed: a code or a class. */
  readonly error: string | undefined;
}

/** Of one piece of work: a receiver refuses a trace that is much larger, and nobody reads it. */
const mostSpans = 500;
const longestText = 4_000;

/** `SELECT`, `INSERT` …; empty for what begins with none. */
function verbOf(sql: string): string {
  return /^\s*([a-z]+)/i.exec(sql)?.[1]?.toUpperCase() ?? '';
}

function rootName({ kind, name, operationType }: FinishedWork): string {
  // An operation's name is the client's to choose, and would make spans' names unbounded.
  return kind === 'operation' || kind === 'event' ? (operationType ?? 'graphql') : name;
}

const rootKinds = { operation: 'server', route: 'server', job: 'consumer', event: 'internal' } as const;

function rootAttributes(work: FinishedWork): SpanAttributes {
  const { kind, name, client, requestId, outcome, payloadBytes, errors } = work;
  const shared = {
    'swiftlet.outcome': outcome,
    'swiftlet.request.id': requestId,
    'http.response.body.size': payloadBytes,
    'error.type': outcome === 'failed' ? errors[0]?.errorClass : undefined,
  };
  if (kind === 'job') return { ...shared, 'messaging.system': 'bullmq', 'messaging.destination.name': name };
  if (kind === 'route') {
    const [method, ...route] = name.split(' ');
    return { ...shared, 'http.request.method': method, 'http.route': route.join(' ') };
  }
  return {
    ...shared,
    'graphql.operation.type': work.operationType,
    'graphql.operation.name': name === '' ? undefined : name,
    'graphql.document': work.document?.slice(0, longestText),
    'swiftlet.operation.signature': work.signature,
    'swiftlet.client.name': client.name === '' ? undefined : client.name,
    'swiftlet.client.version': client.version === '' ? undefined : client.version,
  };
}

class SpanBuilder {
  readonly spans: WorkSpan[] = [];
  readonly #resolverIds = new Map<string, string>();

  constructor(
    private readonly work: FinishedWork,
    private readonly nextSpanId: () => string,
  ) {}

  /** `performance.now()` as Unix time. */
  unixMs(atMs: number): number {
    return this.work.startedAtUnixMs + (atMs - this.work.startedAtMs);
  }

  add(span: Omit<WorkSpan, 'spanId' | 'error'> & { spanId?: string; error?: string | undefined }): string {
    const spanId = span.spanId ?? this.nextSpanId();
    if (this.spans.length < mostSpans) this.spans.push({ ...span, spanId, error: span.error });
    return spanId;
  }

  root(): void {
    const { work } = this;
    this.add({
      name: rootName(work),
      kind: rootKinds[work.kind],
      spanId: work.spanId,
      parentSpanId: work.parentSpanId,
      startUnixMs: this.unixMs(work.startedAtMs),
      endUnixMs: this.unixMs(work.endedAtMs),
      attributes: rootAttributes(work),
      error: work.outcome === 'failed' ? (work.errors[0]?.code ?? 'failed') : undefined,
    });
  }

  /** They follow each other: each begins where the one before has ended. @returns the one that resolvers run in. */
  phases(): { spanId: string; startMs: number } {
    const { phases, spanId: rootId, startedAtMs } = this.work;
    let atMs = startedAtMs;
    let execution = { spanId: rootId, startMs: startedAtMs };
    for (const [phase, ms] of [
      ['parse', phases.parseMs],
      ['validate', phases.validateMs],
      ['plan', phases.planMs],
      ['execute', phases.executeMs],
      ['serialise', phases.serialiseMs],
    ] as const) {
      if (ms === 0) continue;
      const spanId = this.add({
        name: `graphql.${phase}`,
        kind: 'internal',
        parentSpanId: rootId,
        startUnixMs: this.unixMs(atMs),
        endUnixMs: this.unixMs(atMs + ms),
        attributes: {},
      });
      if (phase === 'execute') execution = { spanId, startMs: atMs };
      atMs += ms;
    }
    return execution;
  }

  /** All calls of one are one span. Where it is not known when they were, it is as long as the longest. */
  resolver(resolver: WorkedResolver, execution: { spanId: string; startMs: number }): void {
    const { coordinate, calls, errors, totalMs, longestMs, firstStartedAtMs, lastEndedAtMs } = resolver;
    const startMs = firstStartedAtMs ?? execution.startMs;
    const spanId = this.add({
      name: `graphql.resolve ${coordinate}`,
      kind: 'internal',
      parentSpanId: execution.spanId,
      startUnixMs: this.unixMs(startMs),
      endUnixMs: this.unixMs(lastEndedAtMs ?? startMs + longestMs),
      attributes: {
        'graphql.field.coordinate': coordinate,
        'swiftlet.resolver.calls': calls,
        'swiftlet.resolver.errors': errors,
        'swiftlet.resolver.total_ms': totalMs,
        'swiftlet.resolver.is_placed': firstStartedAtMs !== undefined,
      },
      error: errors > 0 ? 'resolver' : undefined,
    });
    this.#resolverIds.set(coordinate, spanId);
  }

  statement({ sql, rowCount, errorCode, ...statement }: WorkedStatement, executionId: string): void {
    const verb = verbOf(sql);
    this.#call(statement, executionId, {
      name: verb === '' ? 'postgresql' : verb,
      attributes: {
        'db.system.name': 'postgresql',
        'db.operation.name': verb === '' ? undefined : verb,
        // As it was prepared: values are not part of it.
        'db.query.text': sql.slice(0, longestText),
        'db.response.returned_rows': verb === 'SELECT' ? rowCount : undefined,
        'db.response.status_code': errorCode,
        'error.type': errorCode,
      },
      error: errorCode,
    });
  }

  command({ command, count, hasFailed, ...times }: WorkedCommand, executionId: string): void {
    this.#call(times, executionId, {
      name: command,
      attributes: {
        'db.system.name': 'redis',
        'db.operation.name': command,
        'db.operation.batch.size': count > 1 ? count : undefined,
      },
      error: hasFailed ? 'redis' : undefined,
    });
  }

  #call(
    { startedAtMs, endedAtMs, coordinate }: Pick<WorkedStatement, 'startedAtMs' | 'endedAtMs' | 'coordinate'>,
    executionId: string,
    span: Pick<WorkSpan, 'name' | 'attributes' | 'error'>,
  ): void {
    const ofResolver = coordinate === undefined ? undefined : this.#resolverIds.get(coordinate);
    this.add({
      ...span,
      kind: 'client',
      parentSpanId: ofResolver ?? executionId,
      startUnixMs: this.unixMs(startedAtMs),
      endUnixMs: this.unixMs(endedAtMs),
    });
  }
}

/** @param nextSpanId 16 random hex digits each time. @returns the root first, parents before their children. */
export function spansOf(work: FinishedWork, nextSpanId: () => string): readonly WorkSpan[] {
  const builder = new SpanBuilder(work, nextSpanId);
  builder.root();
  const execution = builder.phases();
  for (const resolver of work.resolvers) builder.resolver(resolver, execution);
  for (const statement of work.statements) builder.statement(statement, execution.spanId);
  for (const command of work.commands) builder.command(command, execution.spanId);
  return builder.spans;
}
