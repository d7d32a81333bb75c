/** Fills an empty database with the sample shop: the Superstore's orders, and around them all that a shop has besides. */
import type { DataSource, EntityManager } from 'typeorm';
import { inChunks, insertRows, selectRows } from '../shop-import/bulk.js';
import { loadShop } from '../shop-import/load-shop.js';
import { isComplete } from '../shop-import/report.js';
import { reportText } from '../shop-import/report-text.js';
import { readShopState, withShopLock, writeShopState } from '../shop-import/shop-state.js';
import { type BehaviourEvent, behaviourEvents } from './behaviour.js';
import { SeedIncomplete } from './errors.js';
import { notificationsOf, type SeedNotification } from './notifications.js';
import { Random } from './random.js';
import { makeSampleShop, type SampleShop } from './sample-shop.js';
import { sampleSources } from './sample-sources.js';
import { seedImages } from './seed-images.js';
import { type SeedOptions, seedPlan } from './seed-plan.js';
import { readSuperstore, type Superstore } from './superstore.js';

/** Events of a statement. */
const chunkEvents = 10_000;

/** True when a shop is in the database: the sample shop to its last row, or one that was imported. */
export async function isSeeded(dataSource: DataSource): Promise<boolean> {
  return (await readShopState(dataSource, 'shop')) !== undefined;
}

/**
 * Safe to repeat after it was killed: rows that are there stay, and the note that the shop is whole comes with the last of
 * them. Does nothing to a database that has a shop.
 */
export async function seedSuperstore(options: SeedOptions): Promise<void> {
  await seedFrom(options, await readSuperstore());
}

/** The same from any piece of the Superstore. */
export async function seedFrom(options: SeedOptions, store: Superstore): Promise<void> {
  const { dataSource, onProgress = () => undefined } = options;
  await withShopLock(dataSource, async () => {
    if (await isSeeded(dataSource)) {
      onProgress('seed: the database has a shop already');
      return;
    }
    const { seed, timeline, startedMs } = await seedPlan(options, store.orders);
    const random = new Random(seed, 'superstore');
    onProgress('seed: making up descriptions, reviews and stock');
    const shop = makeSampleShop(store, timeline, random);
    const report = await loadShop(
      { dataSource, now: new Date(startedMs), onProgress },
      { sources: sampleSources(shop) },
    );
    if (!isComplete(report)) throw new SeedIncomplete(reportText(report));

    const ids = await databaseIds(dataSource);
    await seedImages(dataSource, store.articles, ids.products, random.fork('images'), onProgress);
    await seedBehaviour(
      dataSource,
      behaviourEvents(shop, timeline.presentMs, random.fork('visits')),
      ids,
      onProgress,
    );
    await seedLastStep(
      dataSource,
      notificationsOf(shop.orders, timeline.presentMs, random.fork('notifications')),
      ids,
    );
    await dataSource.query('ANALYZE product_images, image_assets, behaviour_events, notifications');
    onProgress(doneLine(shop));
  });
}

function count(items: readonly unknown[]): string {
  return items.length.toLocaleString('en-US');
}

function doneLine(shop: SampleShop): string {
  return `seed: ${count(shop.products)} products, ${count(shop.customers)} customers, ${count(shop.orders)} orders, ${count(shop.reviews)} reviews`;
}

interface DatabaseIds {
  readonly products: ReadonlyMap<string, string>;
  readonly customers: ReadonlyMap<string, string>;
  readonly orders: ReadonlyMap<string, string>;
}

async function databaseIds(dataSource: DataSource): Promise<DatabaseIds> {
  const idsByKey = async (query: string) => {
    const rows = await selectRows<{ id: string; key: string }>(dataSource.manager, query);
    return new Map(rows.map((row) => [row.key, row.id]));
  };
  return {
    products: await idsByKey('SELECT id, sku AS key FROM products'),
    customers: await idsByKey('SELECT id, code AS key FROM customers WHERE code IS NOT NULL'),
    orders: await idsByKey('SELECT id, number AS key FROM orders'),
  };
}

async function seedBehaviour(
  dataSource: DataSource,
  events: Iterable<BehaviourEvent>,
  ids: DatabaseIds,
  onProgress: (line: string) => void,
): Promise<void> {
  let done = 0;
  await dataSource.transaction(async (manager) => {
    for await (const chunk of inChunks(events, chunkEvents)) {
      await insertEvents(manager, chunk, ids);
      done += chunk.length;
      if (done % (5 * chunkEvents) === 0) onProgress(`visits: ${done.toLocaleString('en-US')} events`);
    }
  });
  onProgress(`visits: ${done.toLocaleString('en-US')} events`);
}

function insertEvents(
  manager: EntityManager,
  events: readonly BehaviourEvent[],
  ids: DatabaseIds,
): Promise<void> {
  return insertRows(
    manager,
    'behaviour_events',
    events,
    {
      id: ['uuid', (event) => event.id],
      session_id: ['text', (event) => event.sessionId],
      customer_id: ['bigint', (event) => ids.customers.get(event.customerCode ?? '')],
      type: ['text', (event) => event.type],
      product_id: ['bigint', (event) => ids.products.get(event.sku ?? '')],
      order_id: ['bigint', (event) => ids.orders.get(event.orderNumber ?? '')],
      properties: ['jsonb', (event) => JSON.stringify(event.properties)],
      occurred_at: ['timestamptz', (event) => isoTime(event.occurredMs)],
      received_at: ['timestamptz', (event) => isoTime(event.occurredMs)],
    },
    'ON CONFLICT DO NOTHING',
  );
}

function isoTime(timeMs: number | undefined): string | undefined {
  return timeMs === undefined ? undefined : new Date(timeMs).toISOString();
}

/** Notifications have no key to be recognised by, so that they come in the transaction that says all is done. */
async function seedLastStep(
  dataSource: DataSource,
  notifications: readonly SeedNotification[],
  ids: DatabaseIds,
): Promise<void> {
  await dataSource.transaction(async (manager) => {
    await insertRows(manager, 'notifications', notifications, {
      customer_id: ['bigint', (notification) => ids.customers.get(notification.customerCode)],
      kind: ['text', (notification) => notification.kind],
      title: ['text', (notification) => notification.title],
      body: ['text', (notification) => notification.body],
      order_id: ['bigint', (notification) => ids.orders.get(notification.orderNumber)],
      created_at: ['timestamptz', (notification) => isoTime(notification.createdMs)],
      read_at: ['timestamptz', (notification) => isoTime(notification.readMs)],
    });
    await writeShopState(manager, 'shop', { origin: 'superstore' });
  });
}
