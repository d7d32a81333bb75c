/** What HTTP needs besides GraphQL. */
import { CLOCK, PlatformLogger, REDIS, type Clock } from '@app/platform';
import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { Redis } from 'ioredis';
import { ENVIRONMENT } from '../config/environment.module.js';
import type { Environment } from '../config/env.js';
import { Drain } from './drain.js';
import { Dependencies, HealthController } from './health.controller.js';
import { HttpViewers } from './http-viewers.js';
import { RequestAllowance } from './rate-limit.js';
import {
  LeasedRequestCounter,
  MemoryRequestCounter,
  RedisRequestCounter,
  SharedRequestCounter,
} from './request-counter.js';

function requestAllowance(
  env: Environment,
  redis: Redis | undefined,
  clock: Clock,
  logger: PlatformLogger,
): RequestAllowance {
  const local = new MemoryRequestCounter(clock);
  const counter =
    redis === undefined
      ? local
      : new SharedRequestCounter(
          new LeasedRequestCounter(new RedisRequestCounter(redis), clock, env.RATE_LIMIT_PER_MINUTE),
          local,
          logger,
        );
  return new RequestAllowance(env.RATE_LIMIT_PER_MINUTE, counter);
}

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [
    HttpViewers,
    Dependencies,
    Drain,
    {
      provide: RequestAllowance,
      inject: [ENVIRONMENT, REDIS, CLOCK, PlatformLogger],
      useFactory: requestAllowance,
    },
  ],
  exports: [HttpViewers, RequestAllowance, Drain],
})
export class HttpModule {}
