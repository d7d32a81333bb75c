/**
 * Measures the first minute of a node that starts: with and without warming, with and without what others have stored.
 *
 * The runs follow each other on one Redis, the one with warming last: on a restart it finds what the one before it has
 * stored as well, which favours it. After a deploy nothing is stored for either.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import pg from 'pg';
import { ApiProcess } from '../../support/api-process.js';
import { RedisServer } from '../../support/redis-server.js';
import { runTraffic, type SecondFigures } from './shop-traffic.js';

const perSecond = 40;
const adminToken = randomBytes(24).toString('hex');
const cli = new URL('../../../dist/apps/api/src/cli.js', import.meta.url).pathname;

interface Seconds {
  readonly learning: number;
  readonly measured: number;
}

interface Stage {
  readonly databaseUrl: string;
  readonly redis: RedisServer;
  readonly skus: readonly string[];
  readonly ids: readonly string[];
}

export interface Row {
  readonly start: string;
  readonly warming: string;
  readonly hitRatio5s: number;
  readonly hitRatio15s: number;
  readonly hitRatio: number;
  readonly memoryHitRatio: number;
  readonly p50Ms5s: number;
  readonly p99Ms: number;
  readonly failed: number;
  readonly warmed: number;
  readonly neverHit: number;
}

export async function measureWarming(seconds: Seconds): Promise<readonly Row[]> {
  const serverUrl = process.env['DATABASE_URL'] ?? '';
  const name = `swiftlet_bench_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, `CREATE DATABASE ${name}`);
  const databaseUrl = Object.assign(new URL(serverUrl), { pathname: name }).href;
  const redis = await RedisServer.start();
  try {
    await promisify(execFile)(process.execPath, [cli, 'seed'], {
      env: { ...process.env, DATABASE_URL: databaseUrl },
    });
    const stage = await stageOver(databaseUrl, redis);
    process.stdout.write(
      `${stage.skus.length} products; learning for ${seconds.learning} s at ${perSecond} requests/s\n`,
    );
    const learned = await runNode(stage, true, 1, seconds.learning);
    process.stdout.write(`failed while learning: ${sum(learned.figures, 'failed')}\n`);
    const rows: Row[] = [];
    for (const start of ['deploy', 'restart'] as const)
      for (const isWarming of [false, true]) {
        if (start === 'deploy') await forgetAnswers(redis);
        rows.push(await measureStart(stage, start, isWarming, seconds.measured));
        process.stdout.write(`${JSON.stringify(rows.at(-1))}\n`);
      }
    process.stdout.write(`${tableOf(rows)}\n`);
    return rows;
  } finally {
    await redis.kill();
    await onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`);
  }
}

async function onServer(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function stageOver(databaseUrl: string, redis: RedisServer): Promise<Stage> {
  const node = await startNode(databaseUrl, redis, false);
  const skus: string[] = [];
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const query =
      'query ($after: String) { products(first: 100, after: $after) { nodes { id sku } pageInfo { endCursor hasNextPage } } }';
    const response = await fetch(`${node.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { after } }),
    });
    const { data } = (await response.json()) as {
      data: {
        products: {
          nodes: { id: string; sku: string }[];
          pageInfo: { endCursor: string; hasNextPage: boolean };
        };
      };
    };
    skus.push(...data.products.nodes.map(({ sku }) => sku));
    ids.push(...data.products.nodes.map(({ id }) => id));
    after = data.products.pageInfo.hasNextPage ? data.products.pageInfo.endCursor : null;
  } while (after !== null);
  await node.end('SIGTERM');
  return { databaseUrl, redis, skus, ids };
}

async function startNode(databaseUrl: string, redis: RedisServer, isWarming: boolean): Promise<ApiProcess> {
  const node = await ApiProcess.create({
    NODE_ENV: 'production',
    LOG_LEVEL: 'error',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis.url,
    JWT_SECRET: 'j'.repeat(32),
    ADMIN_TOKEN: adminToken,
    RATE_LIMIT_PER_MINUTE: '0',
    CACHE_WARM: String(isWarming),
    CACHE_SHADOW_RATIO: '0',
  });
  await node.start();
  return node;
}

/** What a new release finds: the list of what is worth warming, and no answers. */
async function forgetAnswers(server: RedisServer): Promise<void> {
  const redis = new Redis(server.url);
  const keys = (await redis.keys('*')).filter((key) => key.includes(':answer:'));
  if (keys.length > 0) await redis.del(...keys);
  redis.disconnect();
}

async function runNode(stage: Stage, isWarming: boolean, seed: number, seconds: number) {
  const { databaseUrl, redis, skus, ids } = stage;
  const node = await startNode(databaseUrl, redis, isWarming);
  const figures = await runTraffic({ url: node.url, adminToken, skus, ids, seed, perSecond, seconds });
  const response = await fetch(`${node.url}/api/admin/v1/cache/warm?limit=1`, {
    headers: { authorization: `Bearer ${adminToken}` },
  });
  const warm = (await response.json()) as { figures: { made: number; recalled: number; used: number } };
  await node.end('SIGTERM');
  return { figures, warm: warm.figures };
}

/** The same requests in all runs that are compared. */
const measuredSeed = 100;

async function measureStart(stage: Stage, start: string, isWarming: boolean, seconds: number): Promise<Row> {
  const { figures, warm } = await runNode(stage, isWarming, measuredSeed, seconds);
  const warmed = warm.made + warm.recalled;
  return {
    start,
    warming: isWarming ? 'on' : 'off',
    hitRatio5s: hitRatio(figures.slice(0, 5)),
    hitRatio15s: hitRatio(figures.slice(0, 15)),
    hitRatio: hitRatio(figures),
    memoryHitRatio: rounded(sum(figures, 'memoryHits') / sum(figures, 'requests')),
    p50Ms5s: quantile(figures.slice(0, 5), 0.5),
    p99Ms: quantile(figures, 0.99),
    failed: sum(figures, 'failed'),
    warmed,
    neverHit: warmed - warm.used,
  };
}

function sum(
  figures: readonly SecondFigures[],
  what: 'requests' | 'memoryHits' | 'otherHits' | 'failed',
): number {
  return figures.reduce((total, second) => total + second[what], 0);
}

function hitRatio(figures: readonly SecondFigures[]): number {
  return rounded((sum(figures, 'memoryHits') + sum(figures, 'otherHits')) / sum(figures, 'requests'));
}

function quantile(figures: readonly SecondFigures[], share: number): number {
  const sorted = figures.flatMap(({ latenciesMs }) => latenciesMs).toSorted((one, other) => one - other);
  return rounded(sorted[Math.floor(sorted.length * share)] ?? 0);
}

function rounded(figure: number): number {
  return Math.round(figure * 1_000) / 1_000;
}

function tableOf(rows: readonly Row[]): string {
  const [first] = rows;
  if (first === undefined) return '';
  const names = Object.keys(first) as (keyof Row)[];
  const lines = [names, names.map(() => '---'), ...rows.map((row) => names.map((name) => row[name]))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
