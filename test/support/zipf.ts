/** Ranks that are drawn in proportion to 1 / rank^alpha, as what people ask for is (Breslau et al. 1999). */

/** @returns draws a rank from 0 on. */
export function zipfRanks(count: number, alpha: number, random: () => number): () => number {
  const cumulative = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank += 1) cumulative[rank] = sum += 1 / (rank + 1) ** alpha;
  return () => firstAbove(cumulative, random() * sum);
}

function firstAbove(ascending: Float64Array, wanted: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
