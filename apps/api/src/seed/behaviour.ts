/** Invents the visits around the orders: the one that ended in each order, and those that ended in nothing. */
import { slugOf } from '../shop-import/slug.js';
import { toMinorUnits } from '../shop-import/decimal.js';
import { factsOf } from './name-facts.js';
import type { Random } from './random.js';
import type { SampleCustomer, SampleOrder, SampleShop } from './sample-shop.js';
import { type Article, dayMs, type SuperstoreLine } from './superstore.js';

export type BehaviourType =
  | 'page_view'
  | 'search'
  | 'category_view'
  | 'product_view'
  | 'add_to_cart'
  | 'remove_from_cart'
  | 'checkout_start'
  | 'purchase';

export interface BehaviourEvent {
  readonly id: string;
  readonly sessionId: string;
  /** Undefined for visitors who did not sign in. */
  readonly customerCode: string | undefined;
  readonly type: BehaviourType;
  readonly sku: string | undefined;
  readonly orderNumber: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
  readonly occurredMs: number;
}

/** Visits without an order for each one with an order: a conversion of 4 %, at every time of the data alike. */
const otherVisitsPerOrder = 24;
const signedInShare = 0.25;
/** How many days before or after an order the visits are that stand around it. */
const visitSpreadDays = 3;
/** Visitors look at what the latest orders were of; that is on sale by then, which later articles may not be. */
const neighbourOrders = 60;

interface Step {
  readonly type: BehaviourType;
  readonly article?: Article;
  readonly properties?: Readonly<Record<string, string>>;
  /** Seconds after the step before. */
  readonly after: readonly [number, number];
}

/** Orders in the order of their time, and about each the visits that belong to that time. */
export function* behaviourEvents(
  shop: SampleShop,
  presentMs: number,
  random: Random,
): Generator<BehaviourEvent> {
  const firstMs = shop.orders[0]?.placedMs ?? presentMs;
  for (const [index, order] of shop.orders.entries()) {
    const own = random.fork(order.order.number);
    yield* orderVisit(order, own);
    const nearby = shop.orders.slice(Math.max(0, index - neighbourOrders), index + 1);
    for (let others = 0; others < otherVisitsPerOrder; others += 1) {
      const wantedMs = order.placedMs + own.between(-visitSpreadDays, visitSpreadDays) * dayMs;
      const latestMs = presentMs - own.fraction() * dayMs;
      const startMs = Math.floor(Math.max(firstMs, Math.min(wantedMs, latestMs)));
      yield* idleVisit(startMs, presentMs, nearby, shop.customers, own);
    }
  }
}

/** Ends in the purchase at the very moment of the order; everything that was bought was seen and put into the cart. */
function* orderVisit({ order, customer, placedMs }: SampleOrder, random: Random): Generator<BehaviourEvent> {
  const bought = order.lines.map(({ article, quantity }): Step[] => [
    { type: 'product_view', article, after: [8, 120] },
    { type: 'add_to_cart', article, after: [5, 60], properties: { quantity: String(quantity) } },
  ]);
  const steps: Step[] = [
    entrance(order.lines, random),
    ...bought.flat(),
    { type: 'checkout_start', after: [10, 90] },
    { type: 'purchase', after: [40, 240], properties: purchaseProperties(order.lines) },
  ];
  const gaps = steps.map(({ after }) => Math.floor(random.between(...after) * 1000));
  const startMs = placedMs - gaps.slice(1).reduce((sum, gap) => sum + gap, 0);
  yield* visit(steps, [0, ...gaps.slice(1)], startMs, random, {
    customerCode: customer.code,
    orderNumber: order.number,
  });
}

function purchaseProperties(lines: readonly SuperstoreLine[]): Record<string, string> {
  const totalMinor = lines.reduce((sum, line) => sum + toMinorUnits(line.sales, 2), 0n);
  return { total_minor: String(totalMinor), currency: 'USD', lines: String(lines.length) };
}

function entrance(lines: readonly SuperstoreLine[], random: Random): Step {
  const { article } = random.pick(lines);
  const draw = random.fraction();
  if (draw < 0.4) return { type: 'page_view', after: [0, 0], properties: { path: '/' } };
  return draw < 0.7 ? searchFor(article, random) : categoryOf(article);
}

function* idleVisit(
  startMs: number,
  presentMs: number,
  nearby: readonly SampleOrder[],
  customers: readonly SampleCustomer[],
  random: Random,
): Generator<BehaviourEvent> {
  const article = () => random.pick(random.pick(nearby).order.lines).article;
  const visitor = random.pick(customers);
  const isKnown = random.chance(signedInShare) && visitor.createdMs <= startMs;
  const steps = idleSteps(article, random);
  const gaps = steps.map(({ after }, index) =>
    index === 0 ? 0 : Math.floor(random.between(...after) * 1000),
  );
  const lengthMs = gaps.reduce((sum, gap) => sum + gap, 0);
  yield* visit(steps, gaps, Math.min(startMs, presentMs - lengthMs), random, {
    customerCode: isKnown ? visitor.customer.code : undefined,
    orderNumber: undefined,
  });
}

function idleSteps(article: () => Article, random: Random): Step[] {
  const draw = random.fraction();
  if (draw < 0.74) return [glance(article(), random)];
  if (draw < 0.95) return Array.from({ length: random.integer(2, 3) }, () => glance(article(), random));
  const wanted = article();
  const cart: Step[] = [
    { type: 'product_view', article: wanted, after: [0, 0] },
    {
      type: 'add_to_cart',
      article: wanted,
      after: [5, 60],
      properties: { quantity: String(random.integer(1, 4)) },
    },
  ];
  if (draw < 0.99) {
    return random.chance(0.3)
      ? [...cart, { type: 'remove_from_cart', article: wanted, after: [20, 300] }]
      : cart;
  }
  return [...cart, { type: 'checkout_start', after: [20, 200] }];
}

function glance(article: Article, random: Random): Step {
  const draw = random.fraction();
  if (draw < 0.55) return { type: 'product_view', article, after: [8, 150] };
  if (draw < 0.75) return { type: 'page_view', after: [4, 60], properties: { path: '/' } };
  return draw < 0.9 ? categoryOf(article) : searchFor(article, random);
}

function categoryOf(article: Article): Step {
  return { type: 'category_view', after: [5, 60], properties: { category: slugOf(article.subCategory) } };
}

function searchFor(article: Article, random: Random): Step {
  const { brand, color } = factsOf(article.name);
  const thing = article.subCategory.toLowerCase();
  const query = random.pick([thing, `${brand ?? ''} ${thing}`, `${color ?? ''} ${thing}`, brand ?? thing]);
  return { type: 'search', after: [5, 60], properties: { query: query.trim().toLowerCase() } };
}

function* visit(
  steps: readonly Step[],
  gapsMs: readonly number[],
  startMs: number,
  random: Random,
  who: Pick<BehaviourEvent, 'customerCode' | 'orderNumber'>,
): Generator<BehaviourEvent> {
  const sessionId = random.uuid(startMs);
  let occurredMs = startMs;
  for (const [index, { type, article, properties = {} }] of steps.entries()) {
    occurredMs += gapsMs[index] ?? 0;
    yield {
      id: random.uuid(occurredMs),
      sessionId,
      customerCode: who.customerCode,
      type,
      sku: article?.sku,
      orderNumber: type === 'purchase' ? who.orderNumber : undefined,
      properties,
      occurredMs,
    };
  }
}
