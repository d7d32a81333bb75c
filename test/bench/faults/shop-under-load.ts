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

const cli = new URL('../../../dist/apps/api/src/cli.js', import.meta.url).pathname;
const staff = { email: 'staff@example.com', password: 'correct horse battery', role: 'staff' };

interface SignedIn {
  readonly signIn: { readonly accessToken: string };
}

interface Products {
  readonly products: { readonly nodes: readonly { readonly id: string }[] };
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

  async traffic(readsPerSecond: number, writesPerSecond: number): Promise<PriceTraffic> {
    const client = new GraphqlClient(this.nodes[0]?.url ?? '');
    const { products } = await client.data<Products>('{ products(first: 50) { nodes { id } } }');
    const { signIn } = await client.data<SignedIn>(
      'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }',
      { input: { email: staff.email, password: staff.password } },
    );
    return new PriceTraffic({
      urls: this.nodes.map(({ url }) => url),
      productIds: products.nodes.map(({ id }) => id),
      accessToken: signIn.accessToken,
      readsPerSecond,
      writesPerSecond,
      random: seededRandom(1),
    });
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
