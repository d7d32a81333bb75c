import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisServer } from '../../../../test/support/redis-server.js';
import { redisTroubles } from '../../../../test/support/redis-troubles.js';
import { seededRandom } from '../../../../test/support/seeded-random.js';
import {
  BlindFlights,
  BlindRows,
  deafTo,
  ForgetsToForget,
  LateRows,
  LateStamp,
  LosesRecords,
  NeverComing,
} from '../testing/flawed-parts.js';
import { StaleHunt, type HuntedNode, type HuntOptions, type HuntResult } from '../testing/stale-hunt.js';
import { startSwiftletNode, UnloggedChanges, type NodeParts } from '../testing/swiftlet-node.js';

let server: RedisServer;
let redis: Redis;
let hunts = 0;

beforeAll(async () => {
  server = await RedisServer.start();
  redis = new Redis(server.url, { lazyConnect: true, retryStrategy: () => 50 });
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

interface Hunted {
  readonly unlogged?: UnloggedChanges;
  readonly parts?: Partial<NodeParts>;
  readonly wrapped?: (node: HuntedNode) => HuntedNode;
}

/** Three nodes, whose clocks are an hour apart from one another, and again at each restart. */
function hunt(overrides: Partial<HuntOptions>, hunted: Hunted = {}): Promise<HuntResult> {
  const { parts = {}, unlogged = new UnloggedChanges(), wrapped = (node) => node } = hunted;
  hunts += 1;
  const namespace = `hunt-${hunts}`;
  const random = seededRandom(20_241);
  const startNode = async (): Promise<HuntedNode> => {
    const skewMs = Math.floor(random() * 3 - 1) * 3_600_000;
    return wrapped(
      await startSwiftletNode({ redis, namespace, skewMs, unlogged, memoryBytes: 100_000, parts }),
    );
  };
  return new StaleHunt({
    operations: 20_000,
    clients: 24,
    rows: 200,
    writeShare: 0.05,
    nodes: 3,
    startNode,
    troubles: redisTroubles(server, random),
    troublePauseMs: 500,
    settleMs: 4_000,
    random,
    pause: (ms) => delay(ms),
    ...overrides,
  }).run();
}

function found({ stale, leftStale }: HuntResult): number {
  return stale.length + leftStale.length;
}

describe('three nodes on one Redis', () => {
  it('serve nothing older than the last write that the client could know of, whatever happens to Redis and to them', async () => {
    const result = await hunt({});
    expect(result.stale).toEqual([]);
    expect(result.leftStale).toEqual([]);
    // Most of the time something is wrong; how much of it falls between depends on the machine.
    expect(result.hits).toBeGreaterThan(result.reads / 50);
    expect(result.troubles).toBeGreaterThan(0);
  });
});

describe('the hunt', () => {
  const untilFound = { operations: 150_000, isOverAtFirstStale: true };
  const untroubled = { ...untilFound, troubles: [] };

  it('finds a stamp that is set when an answer is finished, and not before its first read', async () => {
    expect(found(await hunt(untroubled, { parts: { AnswerCache: LateStamp } }))).toBeGreaterThan(0);
  });

  it('finds that flights are joined blindly', async () => {
    expect(found(await hunt(untroubled, { parts: { AnswerCache: BlindFlights } }))).toBeGreaterThan(0);
  });

  it.each([
    ['are stamped when they have been read, and not before', LateRows],
    ['are taken without a look at the fence', BlindRows],
    ['are missing for ever when they were missing once', NeverComing],
  ])('finds that rows below answers %s', async (_, EntityCache) => {
    expect(found(await hunt(untroubled, { parts: { EntityCache } }))).toBeGreaterThan(0);
  });

  it('finds that one record in a hundred is lost', async () => {
    expect(found(await hunt(untroubled, { parts: { Fence: LosesRecords } }))).toBeGreaterThan(0);
  });

  it('finds that nobody asks what the client has seen elsewhere', async () => {
    expect(found(await hunt(untroubled, { wrapped: deafTo }))).toBeGreaterThan(0);
  });

  it('finds that what was stored before a gap in the log is not forgotten', async () => {
    const flush = redisTroubles(server, () => 0).slice(0, 1);
    const result = await hunt(
      { ...untilFound, troubles: flush, troublePauseMs: 100 },
      { parts: { Fence: ForgetsToForget } },
    );
    expect(found(result)).toBeGreaterThan(0);
  });
});
