/**
 * Measures the first minute of a node that starts, with warming and without: the same learned state, the same rows and the
 * same requests for each, side by side in several rounds.
 *
 * The nodes of a round run at the same time, each on a PostgreSQL database and a Redis of its own, so that whatever else the
 * machine does meets all of them; who starts first changes from round to round.
 */
import { OwnShop } from '../own-shop.js';
import { readProducts } from '../storefront/catalogue.js';
import { ShopClient } from '../storefront/shop-client.js';
import { LearnedState, type Ground, type Start } from './learned-state.js';
import { runTraffic, type SecondFigures } from './shop-traffic.js';

export interface WarmingOptions {
  readonly rounds: number;
  readonly learningSeconds: number;
  readonly measuredSeconds: number;
}

export interface Setting {
  readonly start: Start;
  readonly isWarming: boolean;
}

export interface Measured extends Setting {
  readonly figures: readonly SecondFigures[];
  /** Answers that were made or taken ahead. */
  readonly warmed: number;
  /** Of these, how many somebody asked for, and how many ended before. */
  readonly used: number;
  readonly ended: number;
}

export const perSecond = 40;
const settings: readonly Setting[] = (['deploy', 'restart'] as const).flatMap((start) =>
  [false, true].map((isWarming) => ({ start, isWarming })),
);
const learningSeed = 1;
/** The same requests in all runs of a round, and others in the next. */
const seedOfRound = (round: number) => 100 + round;

interface Stage {
  readonly shop: OwnShop;
  readonly skus: readonly string[];
  readonly ids: readonly string[];
}

export async function measureWarming(options: WarmingOptions): Promise<readonly Measured[]> {
  const shop = await OwnShop.open();
  try {
    const stage = await stageIn(shop);
    const learned = await learn(stage, options.learningSeconds);
    const measured: Measured[] = [];
    for (let round = 0; round < options.rounds; round += 1)
      measured.push(...(await measureRound(stage, learned, round, options.measuredSeconds)));
    return measured;
  } finally {
    await shop.close();
  }
}

async function stageIn(shop: OwnShop): Promise<Stage> {
  const node = await shop.startNode({ CACHE_WARM: 'false' });
  const products = await readProducts(new ShopClient(node.url));
  await node.end('SIGTERM');
  return { shop, skus: products.map(({ sku }) => sku), ids: products.map(({ id }) => id) };
}

async function learn({ shop, skus, ids }: Stage, seconds: number): Promise<LearnedState> {
  const node = await shop.startNode({ CACHE_WARM: 'true' });
  const { adminToken } = shop;
  await runTraffic({ url: node.url, adminToken, skus, ids, seed: learningSeed, perSecond, seconds });
  await node.end('SIGTERM');
  return LearnedState.of(shop);
}

async function measureRound(
  stage: Stage,
  learned: LearnedState,
  round: number,
  seconds: number,
): Promise<Measured[]> {
  const order = settings.map((_, at) => settings[(at + round) % settings.length] as Setting);
  const running: Promise<Measured>[] = [];
  try {
    for (const setting of order) {
      const { node, clear } = await startOn(await learned.copyFor(setting.start), stage.shop, setting);
      const measuring = measureNode(node.url, stage, seedOfRound(round), seconds);
      running.push(ending(measuring, clear).then((result) => ({ ...setting, ...result })));
    }
  } finally {
    await Promise.allSettled(running);
  }
  return Promise.all(running);
}

async function startOn(ground: Ground, shop: OwnShop, { isWarming }: Setting) {
  const env = {
    DATABASE_URL: ground.databaseUrl,
    REDIS_URL: ground.redisUrl,
    CACHE_WARM: String(isWarming),
  };
  try {
    const node = await shop.startNode(env);
    const clear = () => node.end('SIGTERM').then(() => ground.clear());
    return { node, clear };
  } catch (error) {
    await ground.clear();
    throw error;
  }
}

async function ending<Result>(work: Promise<Result>, clear: () => Promise<void>): Promise<Result> {
  try {
    return await work;
  } finally {
    await clear();
  }
}

async function measureNode(
  url: string,
  { shop: { adminToken }, skus, ids }: Stage,
  seed: number,
  seconds: number,
): Promise<Omit<Measured, keyof Setting>> {
  const figures = await runTraffic({ url, adminToken, skus, ids, seed, perSecond, seconds });
  const response = await fetch(`${url}/api/admin/v1/cache/warm?limit=1`, {
    headers: { authorization: `Bearer ${adminToken}` },
  });
  const warm = (await response.json()) as {
    figures: { made: number; recalled: number; used: number; wasted: number };
  };
  const { made, recalled, used, wasted } = warm.figures;
  return { figures, warmed: made + recalled, used, ended: wasted };
}
