/** Accounts: passwords, tokens, who the viewer is. */
import { CLOCK, REDIS, type Clock } from '@app/platform';
import { Global, Module } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { ENVIRONMENT } from '../../config/environment.module.js';
import type { Environment } from '../../config/env.js';
import { AccessTokens } from './access-tokens.js';
import { AccountsResolver } from './accounts.resolver.js';
import { AccountsService } from './accounts.service.js';
import { RefreshTokens } from './refresh-tokens.js';
import { MemoryFailureCounter, RedisFailureCounter, SignInThrottle } from './sign-in-throttle.js';
import { ViewerResolver } from './viewer-resolver.js';

@Global()
@Module({
  providers: [
    {
      provide: AccessTokens,
      inject: [ENVIRONMENT, CLOCK],
      useFactory: (env: Environment, clock: Clock) =>
        new AccessTokens(env.JWT_SECRET, env.ACCESS_TOKEN_TTL_MS, clock),
    },
    {
      provide: RefreshTokens,
      inject: [ENVIRONMENT, CLOCK],
      useFactory: (env: Environment, clock: Clock) => new RefreshTokens(env.REFRESH_TOKEN_TTL_MS, clock),
    },
    {
      provide: SignInThrottle,
      inject: [ENVIRONMENT, REDIS, CLOCK],
      useFactory: (env: Environment, redis: Redis | undefined, clock: Clock) =>
        new SignInThrottle(
          env.SIGN_IN_FAILURES_PER_MINUTE,
          redis === undefined ? undefined : new RedisFailureCounter(redis),
          new MemoryFailureCounter(clock),
        ),
    },
    {
      provide: ViewerResolver,
      inject: [AccessTokens, ENVIRONMENT],
      useFactory: (tokens: AccessTokens, env: Environment) => new ViewerResolver(tokens, env.ADMIN_TOKEN),
    },
    AccountsService,
    AccountsResolver,
  ],
  exports: [ViewerResolver, AccountsService],
})
export class AccountsModule {}
