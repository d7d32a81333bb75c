/** What readers see of an answer whose hour is over while nothing that it depends on has changed. */
import { CLOCK, type Clock } from '@app/platform';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSeededDatabase, dropDatabase, forgetSeeding } from '../support/database.js';
import { RedisServer } from '../support/redis-server.js';
import { startApp, type RunningApp } from '../support/start-app.js';

const hourMs = 3_600_000;

let redis: RedisServer;
let databaseUrl: string;
let shop: RunningApp;
let skewMs = 0;

beforeAll(async () => {
  redis = await RedisServer.start();
  databaseUrl = await createSeededDatabase();
  await forgetSeeding(databaseUrl);
  shop = await startApp({ databaseUrl, env: { REDIS_URL: redis.url } });
  const clock = shop.app.get<Clock>(CLOCK);
  const nowMs = clock.nowMs.bind(clock);
  vi.spyOn(clock, 'nowMs').mockImplementation(() => nowMs() + skewMs);
});
afterAll(async () => {
  await shop.stop();
  await dropDatabase(databaseUrl);
  await redis.stop();
});

let first = 0;
beforeEach(() => {
  first += 1; // a question of its own for each test
});

interface Page {
  readonly data?: { readonly products: { readonly nodes: readonly { readonly name: string }[] } };
  readonly errors?: unknown;
}

async function ask(): Promise<{ readonly page: Page; readonly status: string }> {
  const response = await fetch(`${shop.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `{ products(first: ${first}, sort: NAME_ASC) { nodes { name } } }` }),
  });
  return { page: (await response.json()) as Page, status: response.headers.get('cache-status') ?? '' };
}

async function keptAnswer(): Promise<Page> {
  await ask();
  return vi.waitFor(async () => {
    const { page, status } = await ask();
    expect(status).toMatch(/; hit; ttl=3\d{3}/);
    return page;
  });
}

async function whileBroken<T>(work: () => Promise<T>): Promise<T> {
  await shop.dataSource.query('ALTER TABLE products RENAME TO products_away');
  try {
    return await work();
  } finally {
    await shop.dataSource.query('ALTER TABLE products_away RENAME TO products');
  }
}

describe('an answer whose hour is over', () => {
  it('is given at once, and made anew behind its reader', async () => {
    const page = await keptAnswer();
    skewMs += hourMs + 1_000;
    const aged = await ask();
    expect(aged.status).toMatch(/; hit; ttl=-\d/);
    expect(aged.page).toEqual(page);
    await vi.waitFor(async () => expect((await ask()).status).toMatch(/; hit; ttl=3\d{3}/));
  });

  it('is made by its reader when its first minute is over as well', async () => {
    const page = await keptAnswer();
    skewMs += hourMs + 61_000;
    const made = await ask();
    expect(made.page).toEqual(page);
    expect((await ask()).status).toMatch(/; hit; ttl=3\d{3}/);
  });

  it('is given instead of an error, for an hour', async () => {
    const page = await keptAnswer();
    skewMs += hourMs + 61_000;
    await whileBroken(async () => {
      const despite = await ask();
      expect(despite.page).toEqual(page);
      expect(despite.status).toMatch(/; hit; ttl=-\d/);
      skewMs += hourMs;
      expect((await ask()).page.errors).toBeDefined();
    });
    expect((await ask()).page).toEqual(page);
  });

  it('is not given after a write has ended it, whatever fails', async () => {
    const page = await keptAnswer();
    skewMs += hourMs + 1_000;
    const name = page.data?.products.nodes[0]?.name ?? '';
    await shop.dataSource.query('UPDATE products SET name = name || $1 WHERE name = $2', ['!', name]);
    expect((await ask()).page.data?.products.nodes[0]?.name).toBe(`${name}!`);
    await shop.dataSource.query('UPDATE products SET name = $1 WHERE name = $2', [name, `${name}!`]);
    await whileBroken(async () => expect((await ask()).page.errors).toBeDefined());
  });
});
