/** Begins to count when the application starts, and ends when all else has ended. */
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { EventLoopMetrics } from './adapters/event-loop-metrics.js';
import type { Sink } from './core/sinks/sink.js';
import { WorkMetrics } from './core/metrics/work-metrics.js';
import { FinishedWorks } from './core/work/finished-works.js';
import { SINKS } from './monitoring.tokens.js';

@Injectable()
export class MetricsLifecycle implements OnModuleInit, OnApplicationShutdown {
  #stopObserving: () => void = () => undefined;

  constructor(
    private readonly works: FinishedWorks,
    private readonly workMetrics: WorkMetrics,
    private readonly eventLoop: EventLoopMetrics,
    @Inject(SINKS) private readonly sinks: readonly Sink[],
  ) {}

  onModuleInit(): void {
    this.eventLoop.start();
    this.#stopObserving = this.works.observe(this.workMetrics);
    for (const sink of this.sinks) sink.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopObserving();
    this.eventLoop.stop();
    for (const sink of this.sinks) await sink.close();
  }
}
