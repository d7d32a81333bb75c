/** Begins to count when the application starts, and ends when all else has ended. */
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { EventLoopMetrics } from './adapters/event-loop-metrics.js';
import { WorkMetrics } from './core/metrics/work-metrics.js';
import { FinishedWorks } from './core/work/finished-works.js';

@Injectable()
export class MetricsLifecycle implements OnModuleInit, OnApplicationShutdown {
  #stopObserving: () => void = () => undefined;

  constructor(
    private readonly works: FinishedWorks,
    private readonly workMetrics: WorkMetrics,
    private readonly eventLoop: EventLoopMetrics,
  ) {}

  onModuleInit(): void {
    this.eventLoop.start();
    this.#stopObserving = this.works.observe(this.workMetrics);
  }

  onApplicationShutdown(): void {
    this.#stopObserving();
    this.eventLoop.stop();
  }
}
