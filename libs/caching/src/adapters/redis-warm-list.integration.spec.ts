import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WarmGrowth } from '../core/warm-list.js';
import { questionCalled } from '../testing/answers.js';
import { RedisWarmList } from './redis-warm-list.js';

const namespace = `test-${randomUUID()}`;
const lists: RedisWarmList[] = [];
let redis: Redis;

/** One node's end of the list of a schema. */
function nodeOf(schemaHash: string): RedisWarmList {
  const list = new RedisWarmList({ redis, namespace, schemaHash });
  lists.push(list);
  return list;
}

function growthOf(name: string, savedMs: number, role?: string): WarmGrowth {
  return { question: questionCalled(name, role), savedMs, costMs: 10, aliveRatio: 0.5 };
}

async function namesIn(list: RedisWarmList, limit = 10): Promise<string[]> {
  return (await list.top(limit)).map(({ question }) => question.operation);
}

beforeAll(() => {
  redis = new Redis(process.env['REDIS_URL'] ?? '');
});

afterAll(async () => {
  const keys = await redis.keys(`{${namespace}:warm}*`);
  if (keys.length > 0) await redis.del(...keys);
  for (const list of lists) list.close();
  redis.disconnect();
});

describe(RedisWarmList, () => {
  it('adds up what nodes have learned and gives the most valuable first', async () => {
    const schema = randomUUID();
    const [one, other] = [nodeOf(schema), nodeOf(schema)];
    await one.grow([growthOf('A', 50), growthOf('B', 60), growthOf('Costs', 10, 'staff')]);
    await other.grow([growthOf('A', 50)]);
    const [first, second, third] = await other.top(10);
    expect(first).toMatchObject({ question: questionCalled('A'), costMs: 10, aliveRatio: 0.5 });
    // 100 ms at 10 ms each, of which every second would have found it true: 20 requests.
    expect(first?.weight).toBeCloseTo(20, 1);
    expect(second?.question.operation).toBe('B');
    expect(third?.question).toEqual(questionCalled('Costs', 'staff'));
    expect(await namesIn(one, 1)).toEqual(['A']);
  });

  it('lets what is old weigh less', async () => {
    const schema = randomUUID();
    const list = nodeOf(schema);
    await list.grow([growthOf('Old', 100)]);
    const decayed = `{${namespace}:warm}:${schema}:decayed`;
    await redis.decrby(decayed, 600_000); // ten minutes ago, a half-life
    expect((await list.top(1))[0]?.savedMs).toBeCloseTo(50, 0);
    await list.grow([growthOf('New', 60)]);
    expect(await namesIn(list)).toEqual(['New', 'Old']);
    expect((await list.top(2))[1]?.savedMs).toBeCloseTo(50, 0);
  });

  it('holds five thousand questions at most, the lightest go', async () => {
    const schema = randomUUID();
    const list = nodeOf(schema);
    for (let from = 0; from < 6_000; from += 2_000)
      await list.grow(Array.from({ length: 2_000 }, (_, at) => growthOf(`Q${from + at}`, from + at + 1)));
    expect(await redis.zcard(`{${namespace}:warm}:${schema}:score`)).toBe(5_000);
    expect(await redis.hlen(`{${namespace}:warm}:${schema}:asks`)).toBe(5_000);
    expect(await namesIn(list, 1)).toEqual(['Q5999']);
  });

  it('takes over the list of the schema before it, once, and drops what does not fit', async () => {
    const [before, after] = [randomUUID(), randomUUID()];
    await nodeOf(before).grow([growthOf('Fits', 50), growthOf('Gone', 60)]);
    const list = nodeOf(after);
    await list.adopt();
    expect(await namesIn(list)).toEqual(['Gone', 'Fits']);
    await list.drop([questionCalled('Gone').storeKey]);
    await list.adopt();
    expect(await namesIn(list)).toEqual(['Fits']);
    expect(await namesIn(nodeOf(before))).toEqual(['Gone', 'Fits']);
  });

  it('passes over what it cannot read', async () => {
    const schema = randomUUID();
    const list = nodeOf(schema);
    await list.grow([growthOf('Good', 1)]);
    await redis.zadd(`{${namespace}:warm}:${schema}:score`, 100, 'bad', 99, 'missing');
    await redis.hset(`{${namespace}:warm}:${schema}:asks`, 'bad', '{"question":{"method":"DELETE"}}');
    expect(await namesIn(list)).toEqual(['Good']);
  });
});
