import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DomainEvent } from '../core/domain-event.js';
import { anEvent, describeEventBus } from '../testing/event-bus.suite.js';
import { RecordingLogger } from '../testing/recording-logger.js';
import { RedisStreamEventBus } from './redis-stream-event-bus.js';

const redisUrl = process.env['REDIS_URL'] ?? '';
let redis: Redis;
const epochs: string[] = [];

function newEpoch(): string {
  const epoch = `test-${randomUUID()}`;
  epochs.push(epoch);
  return epoch;
}

async function startBus(
  epoch: string,
  connection = redis,
  logger = new RecordingLogger(),
): Promise<RedisStreamEventBus> {
  const bus = new RedisStreamEventBus(connection, epoch, logger);
  await bus.start();
  return bus;
}

/** A bus whose place in the stream is behind its first event; `seen` are the transactions that it hears of. */
async function startBusBehindFirst(epoch: string) {
  const logger = new RecordingLogger();
  const bus = await startBus(epoch, redis, logger);
  const seen: bigint[] = [];
  bus.subscribe(({ position }) => seen.push(position.xid));
  await bus.publish([anEvent(1n, 1n)]);
  await vi.waitFor(() => expect(seen).toEqual([1n]));
  return { bus, seen, logger, key: `swiftlet:{${epoch}}:events` };
}

beforeAll(() => {
  redis = new Redis(redisUrl);
});
afterAll(async () => {
  await redis.del(...epochs.map((epoch) => `swiftlet:{${epoch}}:events`));
  redis.disconnect();
});

describeEventBus('RedisStreamEventBus', () => startBus(newEpoch()));

describe('RedisStreamEventBus between nodes', () => {
  it('carries events from one node to another, and none that were published before it listened', async () => {
    const epoch = newEpoch();
    const publisher = await startBus(epoch);
    await publisher.publish([anEvent(1n, 1n)]);
    const listener = await startBus(epoch);
    const seen: DomainEvent[] = [];
    listener.subscribe((event) => seen.push(event));
    await publisher.publish([anEvent(2n, 2n)]);
    await vi.waitFor(() => expect(seen).toEqual([anEvent(2n, 2n)]));
    await Promise.all([publisher.close(), listener.close()]);
  });

  it('keeps apart the histories of two databases on one Redis', async () => {
    const one = await startBus(newEpoch());
    const other = await startBus(newEpoch());
    const seen: DomainEvent[] = [];
    one.subscribe((event) => seen.push(event));
    await other.publish([anEvent(9n, 9n)]);
    await one.publish([anEvent(1n, 1n)]);
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    expect(seen).toEqual([anEvent(1n, 1n)]);
    await Promise.all([one.close(), other.close()]);
  });

  it('goes on without gap or repetition after its connection was cut', async () => {
    const { bus, seen } = await startBusBehindFirst(newEpoch());
    await redis.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await bus.publish([anEvent(2n, 2n), anEvent(3n, 3n)]);
    await vi.waitFor(() => expect(seen).toEqual([1n, 2n, 3n]), { timeout: 10_000 });
    await bus.close();
  });

  it('loses nothing while Redis refuses writes now and then', async () => {
    // A user of its own is refused, because a full memory would be everybody's.
    const user = `test-${randomUUID()}`;
    const allow = () => redis.call('ACL', 'SETUSER', user, 'on', 'nopass', '~*', '+@all');
    await allow();
    const asUser = new URL(redisUrl); // its own user and password would win over those of the options
    asUser.username = user;
    asUser.password = 'any';
    const writer = new Redis(asUser.href, { maxRetriesPerRequest: 1 });
    const bus = await startBus(newEpoch(), writer);
    const seen: bigint[] = [];
    bus.subscribe(({ position }) => seen.push(position.xid));
    const padding = 'x'.repeat(2_000);
    const events = Array.from({ length: 2_000 }, (_, at) => ({
      ...anEvent(BigInt(at + 1), 1n),
      payload: { padding },
    }));
    // The first batch is refused for certain; from then on the refusals fall where they will.
    const refuse = () => redis.call('ACL', 'SETUSER', user, '-xadd');
    await refuse();
    const test = { isOver: false };
    let refusals = 0;
    const tides = (async () => {
      await vi.waitFor(() => expect(refusals).toBeGreaterThan(0), { timeout: 10_000, interval: 5 });
      while (!test.isOver) {
        await allow();
        await refuse();
      }
      await allow();
    })();
    for (let at = 0; at < events.length; at += 200) {
      // As the relay does: the whole batch again, until it is out.
      for (let isOut = false; !isOut;) {
        isOut = await bus.publish(events.slice(at, at + 200)).then(
          () => true,
          () => false,
        );
        if (!isOut) refusals += 1;
      }
    }
    test.isOver = true;
    await tides;
    await vi.waitFor(() => expect(seen.at(-1)).toBe(2_000n), { timeout: 10_000 });
    expect(seen).toHaveLength(events.length);
    await bus.close();
    writer.disconnect();
    await redis.call('ACL', 'DELUSER', user);
  });

  it('says so when the stream has forgotten what a node has not seen', async () => {
    const { bus, seen, logger, key } = await startBusBehindFirst(newEpoch());
    const past = redis.multi();
    past.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    past
      .xadd(key, '2-1', 'event', '{}')
      .xadd(key, '3-1', 'event', '{"topic":"t"}')
      .xtrim(key, 'MINID', '3-1');
    await past.exec();
    await vi.waitFor(() => expect(seen).toEqual([1n, 3n]), { timeout: 10_000 });
    expect(logger.lines.map(({ message }) => message)).toContain(
      "event stream no longer holds this node's place, events may be missing",
    );
    await bus.close();
  });

  it('says so when the stream goes beyond what the database has told, instead of losing events', async () => {
    const bus = await startBus(newEpoch());
    await bus.publish([anEvent(5n, 1n), anEvent(9n, 2n)]);
    await expect(bus.publish([anEvent(6n, 2n)])).rejects.toMatchObject({ code: 'EVENT_STREAM_DIVERGED' });
    await bus.publish([anEvent(5n, 1n), anEvent(9n, 2n), anEvent(10n, 3n)]); // what is there already is a repetition
    await bus.close();
  });

  it('tells of a gap also when it has stood still without losing its connection', async () => {
    const { bus, seen, logger, key } = await startBusBehindFirst(newEpoch());
    const past = redis.multi();
    for (let xid = 2; xid <= 700; xid += 1) past.xadd(key, `${xid}-1`, 'event', '{"topic":"t"}');
    past.xtrim(key, 'MINID', '100-1');
    await past.exec();
    await vi.waitFor(() => expect(seen.at(-1)).toBe(700n), { timeout: 10_000 });
    expect(seen[1]).toBe(100n);
    expect(logger.lines).toHaveLength(1);
    await bus.close();
  });

  it('passes an entry that it cannot read', async () => {
    const epoch = newEpoch();
    const bus = await startBus(epoch);
    const seen: bigint[] = [];
    bus.subscribe(({ position }) => seen.push(position.xid));
    await redis.xadd(`swiftlet:{${epoch}}:events`, '1-1', 'event', 'no JSON');
    await bus.publish([anEvent(2n, 1n)]);
    await vi.waitFor(() => expect(seen).toEqual([2n]));
    await bus.close();
  });

  it('closes at once while its connection is lost', async () => {
    const unreachable = new Redis(redisUrl, { maxRetriesPerRequest: 1 });
    const bus = await startBus(newEpoch(), unreachable);
    await redis.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    const closed = bus.close().then(() => 'closed');
    const late = new Promise((resolve) => setTimeout(resolve, 2_000, 'late'));
    expect(await Promise.race([closed, late])).toBe('closed');
    unreachable.disconnect();
  });
});
