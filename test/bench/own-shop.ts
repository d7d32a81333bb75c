/** A seeded database and a Redis of a bench's own, for nodes of the built application; both go when it is over. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import pg from 'pg';
import { ApiProcess } from '../support/api-process.js';
import { RedisServer } from '../support/redis-server.js';

const cli = new URL('../../dist/apps/api/src/cli.js', import.meta.url).pathname;
const jwtSecret = randomBytes(24).toString('hex');

export interface NewAccount {
  readonly email: string;
  readonly password: string;
  readonly role: 'customer' | 'staff';
}

export interface DatabaseCopy {
  readonly url: string;
  drop(): Promise<void>;
}

export class OwnShop {
  readonly adminToken = randomBytes(24).toString('hex');

  private constructor(
    private readonly database: DatabaseCopy,
    readonly redis: RedisServer,
  ) {}

  static async open(): Promise<OwnShop> {
    const shop = new OwnShop(await createDatabase('template0'), await RedisServer.start());
    try {
      await shop.#command('seed');
      await execute(shop.databaseUrl, 'VACUUM ANALYZE');
    } catch (error) {
      await shop.close();
      throw error;
    }
    return shop;
  }

  get databaseUrl(): string {
    return this.database.url;
  }

  /** Sees to it that these can sign in; who has been a customer before keeps what is his. */
  async addAccounts(accounts: readonly NewAccount[]): Promise<void> {
    await this.#command('prepare', { DEV_ACCOUNTS: JSON.stringify(accounts) });
  }

  async startNode(env: Readonly<Record<string, string>> = {}): Promise<ApiProcess> {
    const node = await ApiProcess.create({
      NODE_ENV: 'production',
      LOG_LEVEL: 'error',
      DATABASE_URL: this.databaseUrl,
      REDIS_URL: this.redis.url,
      JWT_SECRET: jwtSecret,
      ADMIN_TOKEN: this.adminToken,
      ACCESS_TOKEN_TTL_MS: '86400000',
      RATE_LIMIT_PER_MINUTE: '0',
      CACHE_SHADOW_RATIO: '0',
      ...env,
    });
    try {
      await node.start();
    } catch (error) {
      await node.end('SIGKILL');
      throw error;
    }
    return node;
  }

  async close(): Promise<void> {
    await this.redis.stop();
    await this.database.drop();
  }

  async #command(name: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
    await promisify(execFile)(process.execPath, [cli, name], {
      env: { ...process.env, REDIS_URL: '', DATABASE_URL: this.databaseUrl, ...env },
      maxBuffer: 16 * 1_024 * 1_024,
    });
  }
}

/** Takes the original's place before a copy of its Redis. Nobody may be connected to the original. */
export async function copyDatabase(url: string): Promise<DatabaseCopy> {
  const copy = await createDatabase(new URL(url).pathname.slice(1));
  // A copy that noticed that it is one would begin a history of its own, and with it an empty cache.
  await execute(copy.url, 'UPDATE outbox_epoch SET origin = NULL');
  return copy;
}

async function createDatabase(template: string): Promise<DatabaseCopy> {
  const server = process.env['DATABASE_URL'];
  if (server === undefined) throw new Error('DATABASE_URL is not set; the bench needs a PostgreSQL.');
  const name = `swiftlet_bench_${randomBytes(6).toString('hex')}`;
  await execute(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  return {
    url: Object.assign(new URL(server), { pathname: name }).href,
    drop: () => execute(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
