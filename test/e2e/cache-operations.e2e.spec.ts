/** Those who run the shop see what the cache holds and end it everywhere; a node that starts anew has what the old one had. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CacheWarmer } from '../../libs/caching/src/cache-warmer.js';
import { signInAs } from '../support/accounts.js';
import { createSeededDatabase, dropDatabase } from '../support/database.js';
import { GraphqlClient } from '../support/graphql-client.js';
import { patiently } from '../support/patiently.js';
import { RedisServer } from '../support/redis-server.js';
import { startApp, type RunningApp } from '../support/start-app.js';

const adminToken = 'the-administrator-of-these-tests-0123456789';
const catalogue = 'query Catalogue { products(first: 3) { nodes { sku name } } }';
const categories = 'query Categories { categories { name } }';

let databaseUrl: string;
let redis: RedisServer;
let here: RunningApp;
let there: RunningApp;

function node(env: Record<string, string> = {}): Promise<RunningApp> {
  const own = { REDIS_URL: redis.url, ADMIN_TOKEN: adminToken, JWT_SECRET: 'j'.repeat(32) };
  return startApp({ databaseUrl, env: { ...own, ...env } });
}

beforeAll(async () => {
  [databaseUrl, redis] = await Promise.all([createSeededDatabase(), RedisServer.start()]);
  [here, there] = [await node({ CACHE_WARM: 'true' }), await node()];
});

afterAll(async () => {
  await Promise.all([here.stop(), there.stop()]);
  await Promise.all([dropDatabase(databaseUrl), redis.kill()]);
});

interface AdminAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: Record<string, unknown>;
}

async function admin(
  app: RunningApp,
  path: string,
  body?: unknown,
  token: string | undefined = adminToken,
): Promise<AdminAnswer> {
  const response = await fetch(`${app.url}/api/admin/v1/cache/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token !== '' && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const contentType = response.headers.get('content-type');
  return { status: response.status, contentType, body: (await response.json()) as AdminAnswer['body'] };
}

/** As the client of these tests sends it. */
function questionOf(query: string, role = 'anonymous') {
  return { body: JSON.stringify({ query, variables: {} }), accept: '*/*', role };
}

async function inspect(app: RunningApp, query: string, role?: string): Promise<Record<string, unknown>[]> {
  const { body } = await admin(app, 'inspection', questionOf(query, role));
  return body['answers'] as Record<string, unknown>[];
}

async function cacheStatus(client: GraphqlClient, query: string): Promise<string> {
  return (await client.ask(query)).headers.get('cache-status') ?? '';
}

async function becomeHit(client: GraphqlClient, query: string): Promise<void> {
  await vi.waitFor(async () => expect(await cacheStatus(client, query)).toMatch(/; hit/), patiently);
}

describe('the interface', () => {
  test('is for administrators only, and refuses with problem documents', async () => {
    const staff = await signInAs(here, 'staff');
    const stranger = await admin(here, 'memory', undefined, '');
    expect(stranger).toMatchObject({ status: 401, body: { status: 401, code: 'UNAUTHENTICATED' } });
    expect(stranger.contentType).toMatch('application/problem+json');
    expect((await admin(here, 'memory', undefined, staff.accessToken)).status).toBe(403);
    expect((await admin(here, 'purges', { kind: 'all' }, staff.accessToken)).status).toBe(403);
    expect((await admin(here, 'memory')).status).toBe(200);
  });

  test('says what is wrong with what it was sent', async () => {
    const wrong = await admin(here, 'purges', { kind: 'everything' });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'BAD_USER_INPUT' } });
    expect((await admin(here, 'answers?limit=0')).status).toBe(400);
    expect((await admin(here, 'inspection?key=unknown')).status).toBe(404);
  });
});

describe('a purge', () => {
  test('of a table on one node ends answers on another, which can tell what ended them', async () => {
    await becomeHit(there.guest, catalogue);
    expect(await inspect(there, catalogue)).toMatchObject([{ operation: 'Catalogue', state: 'alive' }]);

    expect((await admin(here, 'purges', { kind: 'table', table: 'products' })).status).toBe(202);
    await vi.waitFor(async () => {
      const [answer] = await inspect(there, catalogue);
      expect(answer).toMatchObject({ state: 'invalidated', scope: 'public' });
      expect(answer?.['endedBy']).toMatch(/^products\(/);
    }, patiently);
    expect(await cacheStatus(there.guest, catalogue)).toMatch(/fwd=stale.*invalidated-by=products/);
  });

  test('of an operation ends its answers and no others', async () => {
    await becomeHit(there.guest, catalogue);
    await becomeHit(there.guest, categories);
    await admin(here, 'purges', { kind: 'operation', operation: 'Catalogue' });
    await vi.waitFor(
      async () => expect(await inspect(there, catalogue)).toMatchObject([{ endedBy: 'operation:Catalogue' }]),
      patiently,
    );
    expect(await cacheStatus(there.guest, categories)).toMatch(/; hit/);
  });

  test('of everything ends everything', async () => {
    await becomeHit(there.guest, catalogue);
    await becomeHit(there.guest, categories);
    await admin(here, 'purges', { kind: 'all' });
    await vi.waitFor(async () => {
      const both = [...(await inspect(there, catalogue)), ...(await inspect(there, categories))];
      expect(both).toMatchObject([{ endedBy: '*' }, { endedBy: '*' }]);
    }, patiently);
  });
});

test('operations are listed with the hit ratio that they have and could have', async () => {
  const query = 'query Counted { categories { slug } }';
  for (let at = 0; at < 10; at += 1) await here.guest.data(query);
  const { body } = await admin(here, 'operations?limit=100');
  const counted = (body['operations'] as { operation: string }[]).find(
    ({ operation }) => operation === 'Counted',
  );
  expect(counted).toMatchObject({ requests: 10, hits: 9, hitRatio: 0.9, possibleHitRatio: 0.9 });
  const { body: memory } = await admin(here, 'memory');
  expect(memory['shares']).toContainEqual(expect.objectContaining({ operation: 'Counted', answers: 1 }));
});

describe('warming', () => {
  test('has what was often asked ready when a node starts again, for everybody and for a role', async () => {
    const staff = await signInAs(here, 'staff');
    const accessToken = staff.accessToken ?? '';
    const costs = 'query Costs { products(first: 2) { nodes { sku cost } } }';
    const old = await node({ CACHE_WARM: 'true' });
    for (let at = 0; at < 10; at += 1) {
      await old.guest.data(catalogue);
      await old.guest.as(accessToken).data(costs);
    }
    await old.stop();

    const anew = await node({ CACHE_WARM: 'true' });
    try {
      expect(await cacheStatus(anew.guest, catalogue)).toMatch(/; hit.*key="?memory/);
      expect(await cacheStatus(anew.guest.as(accessToken), costs)).toMatch(/; hit.*key="?memory/);
      expect(await inspect(anew, costs, 'staff')).toMatchObject([{ scope: 'role' }]);
      expect(await anew.guest.errorCode(costs)).toBe('UNAUTHENTICATED');
      const { body } = await admin(anew, 'warm');
      expect(body).toMatchObject({ figures: { used: 2, wasted: 0 } });
      expect(JSON.stringify(body)).not.toContain(accessToken);
    } finally {
      await anew.stop();
    }
  });

  test('makes a hot answer anew when a write has ended it, before anybody asks', async () => {
    const query = 'query Hot { products(first: 4) { nodes { sku name } } }';
    for (let at = 0; at < 60; at += 1) await here.guest.data(query);
    await here.app.get(CacheWarmer, { strict: false }).learn();
    const [before] = await inspect(here, query);
    await admin(there, 'purges', { kind: 'operation', operation: 'Hot' });
    await vi.waitFor(async () => {
      const [after] = await inspect(here, query);
      expect(after).toMatchObject({ state: 'alive', hits: 0 });
      expect(after?.['bornAt']).not.toBe(before?.['bornAt']);
    }, patiently);
    expect(await cacheStatus(here.guest, query)).toMatch(/; hit/);
  });
});

test('a shadow check finds no difference while everything is true', async () => {
  const checked = await node({ CACHE_SHADOW_RATIO: '1' });
  try {
    await vi.waitFor(async () => {
      await checked.guest.data(categories);
      const { body } = await admin(checked, 'shadow');
      expect(Number(body['compared'])).toBeGreaterThan(0);
      expect(body).toMatchObject({ stale: 0, stalenessRatio: 0 });
    }, patiently);
  } finally {
    await checked.stop();
  }
});
