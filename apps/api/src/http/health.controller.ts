/** Says whether the process lives and whether it can do its work, with the state of everything it depends on. */
import { REDIS } from '@app/platform';
import { Controller, Get, Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import {
  HealthCheck,
  HealthCheckService,
  HealthIndicatorService,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import type { Redis } from 'ioredis';
import { DataSource } from 'typeorm';

const probeTimeoutMs = 1_000;

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${probeTimeoutMs} ms`)), probeTimeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

@Injectable()
export class Dependencies implements BeforeApplicationShutdown {
  #isDraining = false;

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly dataSource: DataSource,
    @Inject(REDIS) private readonly redis: Redis | undefined,
  ) {}

  beforeApplicationShutdown(): void {
    this.#isDraining = true;
  }

  async postgres(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('postgres');
    try {
      await within(this.dataSource.query('SELECT 1'));
      return indicator.up();
    } catch {
      return indicator.down('PostgreSQL does not answer');
    }
  }

  /** Without Redis the process is a single node by design; a Redis that was given and is away makes it unready. */
  async redisState(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('redis');
    if (this.redis === undefined) return indicator.up({ mode: 'single node, memory only' });
    try {
      await within(this.redis.ping());
      return indicator.up();
    } catch {
      return indicator.down('Redis does not answer');
    }
  }

  async lifecycle(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('lifecycle');
    return this.#isDraining ? indicator.down('shutting down') : indicator.up();
  }
}

@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly dependencies: Dependencies,
  ) {}

  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @HealthCheck()
  ready() {
    return this.health.check([
      () => this.dependencies.lifecycle(),
      () => this.dependencies.postgres(),
      () => this.dependencies.redisState(),
    ]);
  }
}
