/** Lets a good half of all buyers review what they bought, after it had arrived. */
import type { Random } from './random.js';
import { reviewText, type ReviewText } from './review-text.js';
import { type Article, dayMs, type SuperstoreCustomer } from './superstore.js';

export interface Purchase {
  readonly article: Article;
  readonly customer: SuperstoreCustomer;
  /** Undefined while it is under way: then there is nothing to review yet. */
  readonly deliveredMs: number | undefined;
}

export interface SeedReview extends ReviewText {
  readonly article: Article;
  readonly customer: SuperstoreCustomer;
  readonly rating: number;
  readonly createdMs: number;
}

/** Share of purchases that are reviewed: some 6,000 reviews of 9,946 pairs of customer and article. */
const reviewShare = 0.63;
const daysToReview = { min: 1, max: 45 };

/** Nobody reviews an article twice, however often they buy it: their first purchase counts. */
export function reviewsOf(purchases: readonly Purchase[], presentMs: number, random: Random): SeedReview[] {
  const qualities = new Map<string, number>();
  const seen = new Set<string>();
  return purchases.flatMap((purchase) => {
    const { article, customer } = purchase;
    const key = `${article.sku} ${customer.code}`;
    if (seen.has(key)) return [];
    seen.add(key);
    const quality = qualities.get(article.sku) ?? qualityOf(random.fork(`quality ${article.sku}`));
    qualities.set(article.sku, quality);
    const review = reviewOf(purchase, quality, random.fork(key));
    return review === undefined || review.createdMs > presentMs ? [] : [review];
  });
}

/** The mean rating that an article deserves: mostly about 4, some clearly worse. */
function qualityOf(random: Random): number {
  return 1.9 + 3 * Math.max(random.fraction(), random.fraction());
}

function reviewOf(purchase: Purchase, quality: number, random: Random): SeedReview | undefined {
  if (purchase.deliveredMs === undefined || !random.chance(reviewShare)) return undefined;
  const daysOfUse = random.integer(daysToReview.min, daysToReview.max);
  const rating = Math.max(1, Math.min(5, Math.round(random.normal(quality, 1.1))));
  const { article, customer } = purchase;
  const createdMs = Math.floor(purchase.deliveredMs + (daysOfUse + random.fraction() - 0.5) * dayMs);
  const text = reviewText({ article, segment: customer.segment, rating, daysOfUse }, random);
  return { article, customer, rating, createdMs, ...text };
}
