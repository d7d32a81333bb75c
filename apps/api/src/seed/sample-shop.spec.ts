import { beforeAll, describe, expect, it } from 'vitest';
import { type BehaviourEvent, behaviourEvents } from './behaviour.js';
import { notificationsOf } from './notifications.js';
import { Random } from './random.js';
import { emailOf, makeSampleShop, type SampleShop } from './sample-shop.js';
import { stockLevel } from './stock.js';
import { dayMs, readSuperstore, type Superstore } from './superstore.js';
import { timelineOf } from './timeline.js';

const nowMs = Date.parse('2026-03-04T15:00:00Z');

const draws = (unitsPerYear: number) =>
  Array.from({ length: 2_000 }, (_, seed) => stockLevel(unitsPerYear, new Random(seed)));
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('emailOf', () => {
  it.each([
    ['Claire Gute', 'claire.gute@example.com'],
    ["Sean O'Donnell", 'sean.odonnell@example.com'],
    ['Darrin Van Huff', 'darrin.vanhuff@example.com'],
    ['Corey-Lock', 'corey.lock@example.com'],
    ['Cher', 'cher@example.com'],
  ])('of %s is %s', (name, email) => {
    expect(emailOf(name, new Set())).toBe(email);
  });

  it('is nobody else’s', () => {
    const taken = new Set<string>();
    expect(['Ann Lee', 'Ann Lee', 'Ann  Lee'].map((name) => emailOf(name, taken))).toEqual([
      'ann.lee@example.com',
      'ann.lee2@example.com',
      'ann.lee3@example.com',
    ]);
  });
});

describe('stockLevel', () => {
  it('grows with what is sold, and is nothing or little now and then', () => {
    expect(mean(draws(200))).toBeGreaterThan(mean(draws(10)) * 2);
    const share = (limit: (value: number) => boolean) => draws(50).filter(limit).length / 2_000;
    expect(share((value) => value === 0)).toBeCloseTo(0.03, 1);
    expect(share((value) => value > 0 && value < 5)).toBeCloseTo(0.08, 1);
  });
});

describe('makeSampleShop', () => {
  let store: Superstore;
  let shop: SampleShop;
  const timeline = () => timelineOf(store.orders, true, nowMs);

  beforeAll(async () => {
    store = await readSuperstore(1_000);
    shop = makeSampleShop(store, timeline(), new Random(42));
  });

  it('is the same for the same seed, and keeps its texts when only the present moves', () => {
    expect(makeSampleShop(store, timeline(), new Random(42))).toEqual(shop);
    const tomorrow = makeSampleShop(store, timelineOf(store.orders, true, nowMs + dayMs), new Random(42));
    expect(tomorrow.products.map((product) => product.description)).toEqual(
      shop.products.map((product) => product.description),
    );
    expect(tomorrow.orders[0]?.placedMs).toBe((shop.orders[0]?.placedMs ?? 0) + dayMs);
  });

  it('describes every product in two sentences', () => {
    for (const { description } of shop.products) {
      expect(description).toMatch(/^[A-Z0-9][^.]+\. [A-Z][^.]+\.$/);
      expect(description).not.toMatch(/undefined|\{|\}|null/);
    }
    const distinct = new Set(shop.products.map((product) => product.description));
    expect(distinct.size).toBeGreaterThan(shop.products.length * 0.98);
  });

  it('writes reviews without gaps in the text, and in as many ways as there are reviews', () => {
    for (const { title, body, rating } of shop.reviews) {
      expect(`${title} ${body}`).not.toMatch(/undefined|\{|\}| {2}/);
      expect(body.length).toBeGreaterThan(10);
      expect([1, 2, 3, 4, 5]).toContain(rating);
    }
    expect(new Set(shop.reviews.map((review) => review.body)).size).toBeGreaterThan(
      shop.reviews.length * 0.98,
    );
  });

  it('creates products and customers before they are first needed', () => {
    const created = new Map(shop.products.map((product) => [product.article.sku, product.createdMs]));
    const joined = new Map(shop.customers.map((customer) => [customer.customer.code, customer.createdMs]));
    for (const { order, customer, placedMs } of shop.orders) {
      expect(joined.get(customer.code)).toBeLessThanOrEqual(placedMs);
      for (const line of order.lines) expect(created.get(line.article.sku)).toBeLessThan(placedMs);
    }
  });

  it('lets visits go forward in time and end in the purchase', () => {
    const visits = new Map<string, BehaviourEvent[]>();
    for (const event of behaviourEvents(shop, nowMs, new Random(1))) {
      visits.set(event.sessionId, [...(visits.get(event.sessionId) ?? []), event]);
    }
    expect(visits.size).toBe(shop.orders.length * 25);
    for (const events of visits.values()) {
      const times = events.map((event) => event.occurredMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(Math.max(...times)).toBeLessThanOrEqual(nowMs);
      const purchase = events.findIndex((event) => event.type === 'purchase');
      expect([-1, events.length - 1]).toContain(purchase);
      if (purchase >= 0) expect(events.at(-2)?.type).toBe('checkout_start');
    }
  });

  it('notifies the latest customers of all that has happened, nothing of it read before it came', () => {
    const notifications = notificationsOf(shop.orders, nowMs, new Random(1));
    expect(notifications.length).toBeGreaterThan(1_000);
    for (const { createdMs, readMs } of notifications) {
      expect(createdMs).toBeLessThanOrEqual(nowMs);
      if (readMs !== undefined) expect(readMs).toBeGreaterThan(createdMs);
    }
    expect(new Set(notifications.map(({ orderNumber, kind }) => orderNumber + kind)).size).toBe(
      notifications.length,
    );
  });
});
