/** Fixes what a seed depends on before its first row, so that a seed that was killed goes on as it began. */
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { readShopState, writeShopState } from '../shop-import/shop-state.js';
import type { SuperstoreOrder } from './superstore.js';
import { type Timeline, timelineOf } from './timeline.js';

const planKey = 'seed-plan';

const storedPlan = z.object({
  seed: z.number(),
  startedMs: z.number(),
  timeline: z.object({ shiftDays: z.number(), presentMs: z.number() }),
});

export interface SeedOptions {
  readonly dataSource: DataSource;
  /** Move all dates by whole days, so that the last order was placed today. */
  readonly shiftToToday: boolean;
  /** The same seed gives the same shop, byte for byte. */
  readonly seed: number;
  readonly now: Date;
  /** Is told one line of text now and then. */
  readonly onProgress?: ((line: string) => void) | undefined;
}

export interface SeedPlan {
  readonly seed: number;
  readonly startedMs: number;
  readonly timeline: Timeline;
}

/** The plan that an earlier attempt left, whatever this one was asked for: half its rows are in the database. */
export async function seedPlan(options: SeedOptions, orders: readonly SuperstoreOrder[]): Promise<SeedPlan> {
  const earlier = storedPlan.safeParse(await readShopState(options.dataSource, planKey));
  if (earlier.success) return earlier.data;
  const startedMs = options.now.getTime();
  const plan = {
    seed: options.seed,
    startedMs,
    timeline: timelineOf(orders, options.shiftToToday, startedMs),
  };
  await writeShopState(options.dataSource.manager, planKey, plan);
  return plan;
}
