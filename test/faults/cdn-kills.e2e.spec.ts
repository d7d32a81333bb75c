/** A node dies with a change that no CDN has heard of: whoever comes after it purges, and nobody stays with the old answer. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DataSource } from 'typeorm';
import { openDatabase } from '../../apps/api/src/database/data-source.js';
import { requireVarnish, startVarnish, type Varnish } from '../../libs/caching/src/testing/varnish.js';
import { ApiProcess } from '../support/api-process.js';
import { createSeededDatabase, dropDatabase, forgetSeeding } from '../support/database.js';
import { GraphqlClient } from '../support/graphql-client.js';
import { patiently } from '../support/patiently.js';
import { persist } from '../support/persisted-get.js';
import { RedisServer } from '../support/redis-server.js';
import {
  isHit,
  productQuery,
  productsOfCategories,
  repriceMutation,
  ThroughVarnish,
} from '../support/shop-behind-varnish.js';

const adminToken = 'the-admin-token-of-a-test-with-32-characters';
const availability = await requireVarnish();
const reason = availability.kind === 'missing' ? ` (skipped: ${availability.reason})` : '';

describe.skipIf(availability.kind === 'missing')(`a node that dies before it has purged${reason}`, () => {
  let redis: RedisServer;
  let databaseUrl: string;
  let dataSource: DataSource;
  let varnish: Varnish;
  let node: ApiProcess;
  let shopper: ThroughVarnish;

  beforeEach(async () => {
    redis = await RedisServer.start();
    databaseUrl = await createSeededDatabase();
    await forgetSeeding(databaseUrl);
    dataSource = await openDatabase({ url: databaseUrl });
    const env: Record<string, string> = {
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      DATABASE_URL: databaseUrl,
      REDIS_URL: redis.url,
      JWT_SECRET: 'a secret of more than thirty-two characters',
      ADMIN_TOKEN: adminToken,
      RATE_LIMIT_PER_MINUTE: '0',
      CDN_PURGE: 'varnish',
    };
    node = await ApiProcess.create(env);
    varnish = await startVarnish(node.port);
    env['CDN_VARNISH_URLS'] = varnish.url.href;
    await node.start();
    shopper = new ThroughVarnish(varnish.url, node.url);
  });
  afterEach(async () => {
    await node.end('SIGKILL');
    await varnish.close();
    await dataSource.destroy();
    await dropDatabase(databaseUrl);
    await redis.stop();
  });

  async function keepProduct(): Promise<{ id: string; path: string }> {
    const [lamp] = await productsOfCategories(dataSource);
    const id = lamp?.product ?? '';
    return { id, path: await shopper.keep(productQuery, { id }) };
  }

  const reprice = (id: string, price: number) =>
    new GraphqlClient(node.url, adminToken).data(repriceMutation, { id, price });

  const bodyOf = async (path: string) => (await shopper.ask(path)).body.toString();

  /** Which knows no document by its hash yet. */
  async function startSuccessor(id: string): Promise<void> {
    await node.start();
    await persist(node.url, productQuery, { id });
  }

  it('leaves its purge to its successor when it had noted it', async () => {
    const { id, path } = await keepProduct();
    await reprice(id, 123_456);
    await node.end('SIGKILL'); // most likely within the 50 ms in which purges are gathered
    await startSuccessor(id);
    await vi.waitFor(async () => expect(await bodyOf(path)).toContain('123456'), patiently);
  });

  it('leaves the change itself to its successor when there was nowhere to note a purge', async () => {
    const { id, path } = await keepProduct();
    await redis.kill();
    await reprice(id, 765_432);
    await node.end('SIGKILL');
    expect(isHit(await shopper.ask(path))).toBe(true); // Varnish cannot know
    await redis.start();
    await startSuccessor(id);
    await vi.waitFor(async () => expect(await bodyOf(path)).toContain('765432'), patiently);
  });
});
