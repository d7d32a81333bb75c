/** Says whether the process lives and whether it can do its work, with the state of everything it depends on. */
import { REDIS } from '@app/platform';
import { Controller, Get, Inject, Injectable, Res, ServiceUnavailableException } from '@nestjs/common';
import {
  HealthCheck,
  HealthCheckService,
  HealthIndicatorService,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import type { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { Drain } from './drain.js';

const probeTimeoutMs = 1_000;

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${probeTimeoutMs} ms`)), probeTimeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

@Injectable()
export class Dependencies {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly dataSource: DataSource,
    @Inject(REDIS) private readonly redis: Redis | undefined,
    private readonly drain: Drain,
  ) {}

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
    return this.drain.isDraining ? indicator.down('shutting down') : indicator.up();
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
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    try {
      return await this.health.check([
        () => this.dependencies.lifecycle(),
        () => this.dependencies.postgres(),
        () => this.dependencies.redisState(),
      ]);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      // Terminus throws its report; whoever watches wants to read which dependency it is.
      reply.code(503);
      return error.getResponse();
    }
  }
}
