/** How long whoever comes to the event loop has to wait, how busy it is, and how much of that is the garbage collector. */
import { constants, performance, PerformanceObserver } from 'node:perf_hooks';
import type { Histogram, MetricRegistry } from '../core/metrics/metric-registry.js';
import type { CounterSeries, GaugeSeries, HistogramSeries } from '../core/metrics/series.js';

const sampledEveryMs = 20;
/** Of one delay: twenty seconds say all there is to say. */
const mostSamplesOfDelay = 1_000;
/** Utilisation is of the last so many samples: two seconds. */
const samplesOfUtilisation = 100;
const delayBounds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const collectionBounds = [0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1];

const kinds = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

/**
 * A delay of a second kept everybody waiting who came in it, one for 999 ms and another for 1 ms: it is counted for each instant
 * at which a sample was due, or a loop that always hangs would look like one that hangs now and then.
 */
export function recordDelay(delay: HistogramSeries, lateMs: number, everyMs: number): void {
  delay.record(Math.max(0, lateMs) / 1_000);
  const missed = Math.min(mostSamplesOfDelay, Math.floor(lateMs / everyMs));
  for (let sample = 1; sample <= missed; sample += 1) delay.record((lateMs - sample * everyMs) / 1_000);
}

export class EventLoopMetrics {
  readonly #delay: HistogramSeries;
  readonly #utilisation: GaugeSeries;
  readonly #active: CounterSeries;
  readonly #idle: CounterSeries;
  readonly #collections: Histogram;
  #stop: () => void = () => undefined;

  constructor(registry: MetricRegistry) {
    const delay = {
      name: 'nodejs_eventloop_delay_seconds',
      help: 'How long the event loop keeps waiting whoever comes to it; a sample for each 20 ms.',
    };
    this.#delay = registry.histogram(delay, delayBounds).series();
    const utilisation = {
      name: 'nodejs_eventloop_utilization_ratio',
      help: 'Share of the last two seconds in which the event loop was busy.',
    };
    this.#utilisation = registry.gauge(utilisation).series();
    const time = registry.counter({
      name: 'nodejs_eventloop_time_seconds_total',
      help: 'Time that the event loop was active and idle.',
      labelNames: ['state'],
    });
    this.#active = time.series('active');
    this.#idle = time.series('idle');
    const collections = {
      name: 'nodejs_gc_duration_seconds',
      help: 'How long garbage collections took, by kind.',
      labelNames: ['kind'],
    };
    this.#collections = registry.histogram(collections, collectionBounds);
    registry.beforeSnapshot(() => this.#addTimes());
  }

  start(): void {
    const observer = new PerformanceObserver((list) => {
      // Entries come in batches when the loop was busy.
      for (const entry of list.getEntries()) this.#recordCollection(entry);
    });
    observer.observe({ entryTypes: ['gc'] });
    const timer = this.#sample();
    this.#stop = () => {
      observer.disconnect();
      clearInterval(timer);
    };
  }

  stop(): void {
    this.#stop();
  }

  #sample(): NodeJS.Timeout {
    let dueAtMs = performance.now() + sampledEveryMs;
    let samples = 0;
    let since = performance.eventLoopUtilization();
    return setInterval(() => {
      const nowMs = performance.now();
      recordDelay(this.#delay, nowMs - dueAtMs, sampledEveryMs);
      dueAtMs = nowMs + sampledEveryMs;
      samples += 1;
      if (samples % samplesOfUtilisation !== 0) return;
      const until = performance.eventLoopUtilization();
      this.#utilisation.set(performance.eventLoopUtilization(until, since).utilization);
      since = until;
    }, sampledEveryMs).unref();
  }

  #addTimes(): void {
    const { active, idle } = performance.eventLoopUtilization();
    this.#active.add(active / 1_000 - this.#active.value);
    this.#idle.add(idle / 1_000 - this.#idle.value);
  }

  #recordCollection({ duration, detail }: { readonly duration: number; readonly detail?: unknown }): void {
    const { kind } = detail as { kind: number };
    this.#collections.record(duration / 1_000, kinds.get(kind) ?? 'other');
  }
}
