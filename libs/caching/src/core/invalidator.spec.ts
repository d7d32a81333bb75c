import { describe, expect, it } from 'vitest';
import { MemoryInvalidationLog } from '../adapters/memory-invalidation-log.js';
import { Fence } from './fence.js';
import { Invalidator } from './invalidator.js';
import { PurgeNotQueued } from './purge-errors.js';
import type { PurgeOutlet } from './purge-outlet.js';
import type { RowChange } from './row-change.js';

const change: RowChange = { kind: 'insert', table: 'products', after: { id: 7 } };

async function started(cdn: PurgeOutlet) {
  const fence = new Fence();
  const log = new MemoryInvalidationLog();
  await log.start(fence);
  return { fence, invalidator: new Invalidator(fence, log, cdn) };
}

describe('an invalidation with a CDN before the origin', () => {
  it('goes to the CDN after it has reached the log, so that what is fetched anew is new', async () => {
    const seen: unknown[] = [];
    const { fence, invalidator } = await started({
      purge: (names) => {
        seen.push(fence.reached, [...names]);
        return Promise.resolve();
      },
    });
    await invalidator.publish([change]);
    await invalidator.invalidateTags(['prices']);
    expect(seen).toEqual([1, ['products', 'products:id=7'], 2, ['tag:prices']]);
  });

  it('is not published while nobody has noted what the CDN must forget', async () => {
    const { fence, invalidator } = await started({
      purge: () => Promise.reject(new PurgeNotQueued(new Error('Redis is away'))),
    });
    const failure = await invalidator.publish([change]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PurgeNotQueued);
    // The log has it: this node is not ahead of the others.
    invalidator.onPublishFailed([change], failure);
    expect(fence.reached).toBe(1);
  });
});
