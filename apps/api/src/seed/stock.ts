/** Decides how much of an article is in stock, from how fast it sells: some are sold out, some nearly. */
import type { Random } from './random.js';

const soldOutShare = 0.03;
const lowShare = 0.08;
const weeksOfYear = 52;

/** @param unitsPerYear how many were sold in the last twelve months. */
export function stockLevel(unitsPerYear: number, random: Random): number {
  const draw = random.fraction();
  if (draw < soldOutShare) return 0;
  if (draw < soldOutShare + lowShare) return random.integer(1, 4);
  const weeks = random.between(6, 30);
  return 5 + Math.round((unitsPerYear / weeksOfYear) * weeks + random.between(0, 30));
}
