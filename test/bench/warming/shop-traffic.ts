/** Seeded traffic of a shop: product pages and lists by Zipf's law, some of the products written to, at a steady rate. */
import { seededRandom } from '../../support/seeded-random.js';
import { zipfRanks } from '../../support/zipf.js';

export interface TrafficOptions {
  readonly url: string;
  readonly adminToken: string;
  readonly skus: readonly string[];
  readonly ids: readonly string[];
  readonly seed: number;
  readonly perSecond: number;
  readonly seconds: number;
}

export interface SecondFigures {
  requests: number;
  memoryHits: number;
  otherHits: number;
  failed: number;
  readonly latenciesMs: number[];
}

const alpha = 0.9;
const writeShare = 0.02;

const page =
  'query ProductPage($sku: String!) { product(sku: $sku) { name price { amount } category { name } reviews(first: 3) { nodes { rating title } } } }';
const list =
  'query CategoryPage($first: Int!) { products(first: $first) { totalCount nodes { sku name price { amount } } } }';
const write =
  'mutation Price($id: ID!, $price: Int!) { updateProduct(input: { id: $id, price: $price }) { product { id } } }';

/** Each request goes out at its time, whatever has become of those before it. */
export async function runTraffic(options: TrafficOptions): Promise<SecondFigures[]> {
  const random = seededRandom(options.seed);
  const rank = zipfRanks(options.skus.length, alpha, random);
  const seconds = Array.from({ length: options.seconds }, newSecond);
  const underWay: Promise<void>[] = [];
  const startedAtMs = performance.now();
  for (let sent = 0; sent < options.seconds * options.perSecond; sent += 1) {
    const dueMs = startedAtMs + (sent * 1_000) / options.perSecond;
    const earlyMs = dueMs - performance.now();
    if (earlyMs > 1) await new Promise((resolve) => setTimeout(resolve, earlyMs));
    const figures = seconds[Math.floor(sent / options.perSecond)];
    if (figures === undefined) break;
    if (random() < writeShare) underWay.push(writeOne(options, random, figures));
    else underWay.push(ask(options, bodyFor(options, random, rank()), dueMs, figures));
  }
  await Promise.all(underWay);
  return seconds;
}

function newSecond(): SecondFigures {
  return { requests: 0, memoryHits: 0, otherHits: 0, failed: 0, latenciesMs: [] };
}

/** One request in ten is for a list, of which there are few. */
function bodyFor({ skus }: TrafficOptions, random: () => number, rank: number): string {
  if (random() < 0.1)
    return JSON.stringify({ query: list, variables: { first: 1 + Math.floor(random() * 20) } });
  return JSON.stringify({ query: page, variables: { sku: skus[rank] } });
}

async function ask(
  { url }: TrafficOptions,
  body: string,
  dueMs: number,
  figures: SecondFigures,
): Promise<void> {
  figures.requests += 1;
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const text = await response.text();
    const status = response.headers.get('cache-status') ?? '';
    if (!response.ok || text.includes('"errors"')) figures.failed += 1;
    else if (status.includes('; hit') && status.includes('memory')) figures.memoryHits += 1;
    else if (status.includes('; hit')) figures.otherHits += 1;
  } catch {
    figures.failed += 1;
  }
  figures.latenciesMs.push(performance.now() - dueMs);
}

async function writeOne(
  { url, adminToken, ids }: TrafficOptions,
  random: () => number,
  figures: SecondFigures,
): Promise<void> {
  const id = ids[Math.floor(random() * ids.length)];
  const variables = { id, price: 100 + Math.floor(random() * 100_000) };
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${adminToken}` },
      body: JSON.stringify({ query: write, variables }),
    });
    if ((await response.text()).includes('"errors"')) figures.failed += 1;
  } catch {
    figures.failed += 1;
  }
}
