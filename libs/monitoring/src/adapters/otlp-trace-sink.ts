/** Sends sampled work as traces to an OpenTelemetry collector, in batches; what finds no room is counted and forgotten. */
import { randomBytes } from 'node:crypto';
import { SpanKind, SpanStatusCode, TraceFlags, type HrTime, type SpanContext } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { SinkLosses } from '../core/sinks/sink-losses.js';
import type { Sink } from '../core/sinks/sink.js';
import { isTraceSampled } from '../core/sinks/trace-sampling.js';
import { spansOf, type SpanKindName, type WorkSpan } from '../core/sinks/work-spans.js';
import type { FinishedWorks } from '../core/work/finished-works.js';
import type { FinishedWork, WorkObserver } from '../core/work/work.js';

export interface OtlpTraceOptions {
  /** Of the collector, with the path: `http://collector:4318/v1/traces`. */
  readonly url: string;
  readonly sampleRatio: number;
  readonly serviceName: string;
}

/** Some 4 MB that wait at most, while the collector is slow. */
const mostWaitingSpans = 4_096;
const batchSpans = 512;
const batchDelayMs = 2_000;
/** Also of the last batch on shutdown, which has ten seconds in all. */
const exportTimeoutMs = 4_000;

const kinds: Readonly<Record<SpanKindName, SpanKind>> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
};
const instrumentationScope = { name: 'swiftlet.monitoring' };

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)];
}

function contextOf(traceId: string, spanId: string, isRemote: boolean): SpanContext {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote };
}

function readable(span: WorkSpan, traceId: string, isRoot: boolean, resource: Resource): ReadableSpan {
  const { name, spanId, parentSpanId, startUnixMs, endUnixMs, error } = span;
  const context = contextOf(traceId, spanId, false);
  return {
    name,
    kind: kinds[span.kind],
    spanContext: () => context,
    ...(parentSpanId !== undefined && { parentSpanContext: contextOf(traceId, parentSpanId, isRoot) }),
    startTime: hrTime(startUnixMs),
    endTime: hrTime(endUnixMs),
    duration: hrTime(Math.max(0, endUnixMs - startUnixMs)),
    status:
      error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error },
    attributes: Object.fromEntries(
      Object.entries(span.attributes).filter(([, value]) => value !== undefined),
    ),
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

export class OtlpTraceSink implements Sink, WorkObserver {
  readonly name = 'otlp-traces';
  readonly #processor: BatchSpanProcessor;
  readonly #resource: Resource;
  #waitingSpans = 0;
  #stopObserving: () => void = () => undefined;

  constructor(
    private readonly options: OtlpTraceOptions,
    node: string,
    private readonly works: FinishedWorks,
    private readonly losses: SinkLosses,
  ) {
    this.#resource = resourceFromAttributes({
      'service.name': options.serviceName,
      'service.instance.id': node,
    });
    this.#processor = new BatchSpanProcessor({
      exporter: this.#counted(new OTLPTraceExporter({ url: options.url, timeoutMillis: exportTimeoutMs })),
      maxQueueSize: mostWaitingSpans,
      maxExportBatchSize: batchSpans,
      scheduledDelayMillis: batchDelayMs,
      exportTimeoutMillis: exportTimeoutMs,
    });
  }

  start(): void {
    this.#stopObserving = this.works.observe(this);
  }

  finished(work: FinishedWork): void {
    if (!isTraceSampled(work, this.options.sampleRatio)) return;
    const spans = spansOf(work, () => randomBytes(8).toString('hex'));
    // Before the processor does: a trace of which half is missing is worse than none, and would not be counted.
    if (this.#waitingSpans + spans.length > mostWaitingSpans) {
      this.losses.dropped.add(spans.length);
      return;
    }
    this.#waitingSpans += spans.length;
    for (const [at, span] of spans.entries())
      this.#processor.onEnd(readable(span, work.traceId, at === 0, this.#resource));
  }

  async close(): Promise<void> {
    this.#stopObserving();
    // What could not be sent has been counted where it was tried.
    await this.#processor.shutdown().catch(() => undefined);
  }

  #counted(exporter: SpanExporter): SpanExporter {
    return {
      export: (spans, done) =>
        exporter.export(spans, (result) => {
          this.#waitingSpans -= spans.length;
          if (result.error !== undefined) this.losses.failures.add(1);
          done(result);
        }),
      shutdown: () => exporter.shutdown(),
    };
  }
}
