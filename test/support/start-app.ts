/** Starts the real application in this process on a free port, on a database of its own, and stops both. */
import { randomBytes } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readEnvironment, type Environment } from '../../apps/api/src/config/env.js';
import { createApp } from '../../apps/api/src/create-app.js';
import { DataSource } from 'typeorm';
import { GraphqlClient } from './graphql-client.js';
import { createSeededDatabase, dropDatabase } from './database.js';

export interface RunningApp {
  readonly app: NestFastifyApplication;
  /** e.g. `http://127.0.0.1:41234` */
  readonly url: string;
  readonly env: Environment;
  readonly dataSource: DataSource;
  /** A client without a token. */
  readonly guest: GraphqlClient;
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Environment variables beside the usual ones of a test. */
  readonly env?: Readonly<Record<string, string>>;
  /** A database that is there already; it is not dropped at the end. */
  readonly databaseUrl?: string;
  /** Where it listens, for those who must know before it does. Any free port without it. */
  readonly port?: number;
}

export function testEnvironment(
  databaseUrl: string,
  overrides: Readonly<Record<string, string>> = {},
): Environment {
  const redisUrl = process.env['REDIS_URL'];
  return readEnvironment({
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'silent',
    DATABASE_URL: databaseUrl,
    DATABASE_POOL_SIZE: '10',
    JWT_SECRET: randomBytes(32).toString('base64url'),
    RATE_LIMIT_PER_MINUTE: '0',
    // Statements are counted, and all tests share one Redis: nobody asks but the test.
    CACHE_WARM: 'false',
    CACHE_SHADOW_RATIO: '0',
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    ...overrides,
  });
}

export async function startApp(options: StartOptions = {}): Promise<RunningApp> {
  const databaseUrl = options.databaseUrl ?? (await createSeededDatabase());
  const env = testEnvironment(databaseUrl, options.env);
  const app = await createApp(env);
  await app.listen(options.port ?? 0, env.HOST);
  const url = await app.getUrl();
  return {
    app,
    url,
    env,
    dataSource: app.get(DataSource),
    guest: new GraphqlClient(url),
    stop: async () => {
      await app.close();
      if (options.databaseUrl === undefined) await dropDatabase(databaseUrl);
    },
  };
}
