/** Two API processes on a seeded database of their own and a Redis for their cache, with traffic at a fixed rate. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import pg from 'pg';
import { ApiProcess } from '../../support/api-process.js';
import { GraphqlClient } from '../../support/graphql-client.js';
import { PriceTraffic } from '../../support/price-traffic.js';
import { RedisServer } from '../../support/redis-server.js';
import { seededRandom } from '../../support/seeded-random.js';
import { FreshQuestions } from './fresh-questions.js';
import { Recovery } from './recovery.js';

const cli = new URL('../../../dist/apps/api/src/cli.js', import.meta.url).pathname;
const staff = { email: 'staff@example.com', password: 'correct horse battery', role: 'staff' };
/** Well below what two nodes, their database and this program can do on two cores: waiting for a processor is no fault's doing. */
const rates = { readsPerSecond: 40, writesPerSecond: 1 };
const freshPerSecond = 40;

interface SignedIn {
  readonly signIn: { readonly accessToken: string };
}

interface Products {
  readonly products: { readonly nodes: readonly { readonly id: string }[] };
}

export class ShopTraffic {
  constructor(
    readonly prices: PriceTraffic,
    readonly fresh: FreshQuestions,
  ) {}

  /** @returns what became of all requests. */
  async stop(): Promise<{ requests: number; failed: number; stale: number }> {
    const { prices, fresh } = this;
    await Promise.all([prices.stop(), fresh.loop.stop()]);
    const loops = [prices.reads, prices.writes, fresh.loop];
    const failed = loops.reduce((sum, { failures }) => sum + failures.length, 0);
    const answered = loops.reduce((sum, { samples }) => sum + samples.length, 0);
    return { requests: answered + failed, failed, stale: prices.stale.length };
  }
}

export class ShopUnderLoad {
  private constructor(
    readonly redis: RedisServer,
    readonly nodes: readonly ApiProcess[],
    private readonly drop: () => Promise<void>,
  ) {}

  static async open(): Promise<ShopUnderLoad> {
    const { url, drop } = await createDatabase();
    const redis = await RedisServer.start();
    const env = {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'production',
      DATABASE_URL: url,
      CACHE_REDIS_URL: redis.url,
      JWT_SECRET: 'a secret of more than thirty-two characters',
      RATE_LIMIT_PER_MINUTE: '0',
      LOG_LEVEL: 'error',
      DEV_ACCOUNTS: JSON.stringify([staff]),
    };
    await promisify(execFile)(process.execPath, [cli, 'prepare'], { env });
    const nodes = [await ApiProcess.create(env), await ApiProcess.create(env)];
    for (const node of nodes) await node.start();
    return new ShopUnderLoad(redis, nodes, drop);
  }

  async beginTraffic(): Promise<{ traffic: ShopTraffic; recovery: Recovery }> {
    const urls = this.nodes.map(({ url }) => url);
    const client = new GraphqlClient(urls[0] ?? '');
    const { products } = await client.data<Products>('{ products(first: 51) { nodes { id } } }');
    const [probedId = '', ...productIds] = products.nodes.map(({ id }) => id);
    const { signIn } = await client.data<SignedIn>(
      'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }',
      { input: { email: staff.email, password: staff.password } },
    );
    const { accessToken } = signIn;
    const recovery = new Recovery({ urls, productId: probedId, accessToken });
    const prices = new PriceTraffic({ urls, productIds, accessToken, ...rates, random: seededRandom(1) });
    return { traffic: new ShopTraffic(prices, new FreshQuestions(urls, freshPerSecond)), recovery };
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.end('SIGKILL')));
    await this.redis.stop();
    await this.drop();
  }
}

async function createDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const server = process.env['DATABASE_URL'];
  if (server === undefined) throw new Error('DATABASE_URL is not set; the bench needs a PostgreSQL.');
  const name = `swiftlet_bench_${randomBytes(6).toString('hex')}`;
  const run = async (sql: string) => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  await run(`CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(`DROP DATABASE ${name} WITH (FORCE)`) };
}
