import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../test/support/seeded-random.js';
import { PurgeThrottled } from '../core/purge-errors.js';
import type { ClaimLimits, PurgeClaim, PurgeLedger } from '../core/purge-ledger.js';
import type { CdnPurger } from '../core/purge-port.js';
import { purgeRound } from '../core/purge-round.js';
import { RedisPurgeLedger } from './redis-purge-ledger.js';

interface Change {
  readonly tag: string;
  readonly atMs: number;
}

interface Purge {
  readonly tags: readonly string[];
  readonly startedAtMs: number;
}

const limits: ClaimLimits = {
  maxTagsPerCall: 100,
  burstCalls: 1_000,
  callsPerSecond: 1_000,
  leaseMs: 60_000,
};
const hourMs = 3_600_000;
const prefixes: string[] = [];
let redis: Redis;

function newLedger(): RedisPurgeLedger {
  const prefix = `test-${randomUUID()}`;
  prefixes.push(prefix);
  return new RedisPurgeLedger(redis, prefix);
}

async function claimed(ledger: RedisPurgeLedger, some = limits) {
  const claim = await ledger.claim('cdn', some);
  if (claim.kind !== 'claimed') throw new Error(`nothing was claimed: ${claim.kind}`);
  return claim;
}

const tagsOf = (claim: PurgeClaim) =>
  claim.kind === 'claimed' ? claim.purges.map(({ tag }) => tag).toSorted() : claim.kind;

beforeAll(() => {
  redis = new Redis(process.env['REDIS_URL'] ?? '');
});
afterAll(async () => {
  const keys = prefixes.flatMap((prefix) =>
    ['cdn', 'other'].flatMap((cdn) =>
      ['due', 'changes', 'pace'].map((part) => `{${prefix}}:purge:${cdn}:${part}`),
    ),
  );
  await redis.del(...keys);
  redis.disconnect();
});

describe(RedisPurgeLedger, () => {
  it('gives each tag once, however often it changed, and to each CDN', async () => {
    const ledger = newLedger();
    await ledger.add(['cdn', 'other'], ['a', 'b']);
    await ledger.add(['cdn'], ['b', 'c']);
    expect(tagsOf(await ledger.claim('cdn', limits))).toEqual(['a', 'b', 'c']);
    expect(tagsOf(await ledger.claim('cdn', limits))).toBe('nothing-due');
    expect(tagsOf(await ledger.claim('other', limits))).toEqual(['a', 'b']);
  });

  it('gives no more tags than fit one call', async () => {
    const ledger = newLedger();
    await ledger.add(['cdn'], ['a', 'b', 'c']);
    const two = { ...limits, maxTagsPerCall: 2 };
    const both = [await claimed(ledger, two), await claimed(ledger, two)];
    expect(both.map(({ purges }) => purges.length)).toEqual([2, 1]);
  });

  it('keeps a tag for its second purge, and forgets it after that', async () => {
    const ledger = newLedger();
    await ledger.add(['cdn'], ['a']);
    const first = await claimed(ledger);
    await ledger.settle('cdn', first.purges, first.claimedAtMs, hourMs);
    expect(await ledger.pendingCount('cdn')).toBe(1);
    expect(tagsOf(await ledger.claim('cdn', limits))).toBe('nothing-due');
    // As if the hour had passed.
    await ledger.settle('cdn', first.purges, first.claimedAtMs + hourMs, hourMs);
    expect(await ledger.pendingCount('cdn')).toBe(0);
  });

  it('asks for no second purge where the first came late enough', async () => {
    const ledger = newLedger();
    await ledger.add(['cdn'], ['a']);
    const claim = await claimed(ledger);
    await ledger.settle('cdn', claim.purges, claim.claimedAtMs, 0);
    expect(await ledger.pendingCount('cdn')).toBe(0);
  });

  it('purges anew what changed while a purge was under way', async () => {
    const ledger = newLedger();
    await ledger.add(['cdn'], ['a', 'b']);
    const early = await claimed(ledger);
    await ledger.add(['cdn'], ['a']);
    await ledger.settle('cdn', early.purges, early.claimedAtMs, 0);
    expect(tagsOf(await ledger.claim('cdn', limits))).toEqual(['a']);
  });

  it('purges at once what changes while it waits for its second purge', async () => {
    const ledger = newLedger();
    await ledger.add(['cdn'], ['a']);
    const claim = await claimed(ledger);
    await ledger.settle('cdn', claim.purges, claim.claimedAtMs, hourMs);
    await ledger.add(['cdn'], ['a']);
    expect(tagsOf(await ledger.claim('cdn', limits))).toEqual(['a']);
  });

  it('gives the tags of a process that died to the next one', async () => {
    const ledger = newLedger();
    await ledger.add(['cdn'], ['a']);
    await claimed(ledger, { ...limits, leaseMs: 0 });
    expect(tagsOf(await ledger.claim('cdn', limits))).toEqual(['a']);
  });

  it('leaves a CDN alone for as long as it wants, counts its failures, and forgets them with a success', async () => {
    const ledger = newLedger();
    await ledger.add(['cdn'], ['a']);
    const failed = await claimed(ledger);
    await ledger.postpone('cdn', failed.purges, hourMs);
    const waiting = await ledger.claim('cdn', limits);
    expect(waiting).toMatchObject({ kind: 'wait' });
    expect(waiting.kind === 'wait' && waiting.waitMs).toBeGreaterThan(hourMs - 60_000);
    await ledger.postpone('cdn', failed.purges, 0);
    const again = await claimed(ledger);
    expect(again.failures).toBe(2);
    await ledger.settle('cdn', again.purges, again.claimedAtMs, 0);
    await ledger.add(['cdn'], ['b']);
    expect(await claimed(ledger)).toMatchObject({ failures: 0 });
  });

  it('makes no more calls than the CDN allows, from however many workers', async () => {
    const ledger = newLedger();
    await ledger.add(
      ['cdn'],
      Array.from({ length: 20 }, (_, index) => `tag${index}`),
    );
    const slow = { ...limits, maxTagsPerCall: 1, burstCalls: 5, callsPerSecond: 1 / 3_600 };
    const claims = await Promise.all(Array.from({ length: 20 }, () => ledger.claim('cdn', slow)));
    expect(claims.filter(({ kind }) => kind === 'claimed')).toHaveLength(5);
    expect(claims.filter((claim) => claim.kind === 'wait' && claim.waitMs > 3_000_000)).toHaveLength(15);
    expect(await ledger.pendingCount('cdn')).toBe(20);
  });

  it('grows with the number of tags and not with that of changes', async () => {
    const ledger = newLedger();
    for (let change = 0; change < 100; change += 1) await ledger.add(['cdn'], ['a', 'b']);
    expect(await ledger.pendingCount('cdn')).toBe(2);
  });
});

describe('purging while everything goes wrong', () => {
  const longestFetchMs = 20;
  const options = { longestFetchMs, leaseMs: 15 };

  /** Its CDN fails now and then, and so does the worker between the call and the settlement. */
  async function makeTrouble(
    random: () => number,
  ): Promise<{ changes: Change[]; purges: Purge[]; pending: number }> {
    const ledger = newLedger();
    const changes: Change[] = [];
    const purges: Purge[] = [];
    const purger: CdnPurger = {
      name: 'cdn',
      limits: { maxTagsPerCall: 4, burstCalls: 10_000, callsPerSecond: 10_000 },
      purge: async (tags) => {
        const startedAtMs = Date.now();
        if (random() < 0.02) throw new PurgeThrottled('cdn', undefined);
        await new Promise((resolve) => setImmediate(resolve));
        purges.push({ tags, startedAtMs });
      },
    };
    const forgetful: PurgeLedger = {
      add: (cdns, tags) => ledger.add(cdns, tags),
      claim: (cdn, some) => ledger.claim(cdn, some),
      postpone: (cdn, some) => ledger.postpone(cdn, some, 5),
      pendingCount: (cdn) => ledger.pendingCount(cdn),
      settle: async (...settlement) => {
        if (random() < 0.2) throw new Error('the process was killed');
        await ledger.settle(...settlement);
      },
    };
    const writer = { isDone: false };
    const work = async () => {
      while (!writer.isDone || (await ledger.pendingCount('cdn')) > 0) {
        await purgeRound(purger, forgetful, random, options).catch(() => undefined);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const change = async () => {
      for (let index = 0; index < 200; index += 1) {
        const tag = `tag${Math.floor(random() * 12)}`;
        changes.push({ tag, atMs: Date.now() });
        await ledger.add(['cdn'], [tag]);
      }
      writer.isDone = true;
    };
    await Promise.all([change(), work(), work(), work()]);
    return { changes, purges, pending: await ledger.pendingCount('cdn') };
  }

  it.each([1, 2, 3, 4])('purges every change, and again after the longest fetch (seed %i)', async (seed) => {
    const { changes, purges, pending } = await makeTrouble(seededRandom(seed));
    expect(pending).toBe(0);
    const unpurged = changes.filter(
      ({ tag, atMs }) =>
        !purges.some(({ tags, startedAtMs }) => tags.includes(tag) && startedAtMs >= atMs + longestFetchMs),
    );
    expect(unpurged).toEqual([]);
    expect(purges.length).toBeLessThan(changes.length * 2);
  });
});
