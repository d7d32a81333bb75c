/** What all nodes with one schema have learned is worth warming: at most 5,000 questions in Redis, each step one script. */
import type { Cluster, Redis } from 'ioredis';
import { z } from 'zod';
import { awaitConnection, openCacheConnection } from '../cache-connection.js';
import { halfLifeMs } from '../core/question-ranking.js';
import type { WarmEntry, WarmGrowth, WarmList } from '../core/warm-list.js';

/** All keys lie in one slot of a cluster: `score` (sorted set), `asks` (hash: how to ask), `decayed` (when scores were last halved). */
const mostQuestions = 5_000;
/** A schema that nobody has served for so long is not coming back. */
const keptMs = 7 * 86_400_000;
/** Scores shrink at most so often: between, a second flush would multiply thousands of them by almost one. */
const leastDecayMs = 10_000;
const commandTimeoutMs = 1_000;
/** A node starts without what others have learned rather than late. */
const connectTimeoutMs = 1_000;

/** KEYS score, asks, decayed, schemas · ARGV schema, half-life, least decay, most, kept, then score, key and descriptor of each. */
const growScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local elapsed = now - tonumber(redis.call('GET', KEYS[3]) or now)
if elapsed >= tonumber(ARGV[3]) then
  redis.call('ZUNIONSTORE', KEYS[1], 1, KEYS[1], 'WEIGHTS', tostring(0.5 ^ (elapsed / tonumber(ARGV[2]))))
end
if elapsed >= tonumber(ARGV[3]) or elapsed == 0 then redis.call('SET', KEYS[3], now) end
for i = 6, #ARGV, 3 do
  redis.call('ZINCRBY', KEYS[1], ARGV[i], ARGV[i + 1])
  redis.call('HSET', KEYS[2], ARGV[i + 1], ARGV[i + 2])
end
for _, lightest in ipairs(redis.call('ZRANGE', KEYS[1], 0, -(tonumber(ARGV[4]) + 1))) do
  redis.call('ZREM', KEYS[1], lightest)
  redis.call('HDEL', KEYS[2], lightest)
end
for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[5]) end
redis.call('ZADD', KEYS[4], now, ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[4], 0, -11)
`;

/** Descriptors and scores of the highest, halved for the time since the last growth. */
const topScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local elapsed = math.max(0, now - tonumber(redis.call('GET', KEYS[3]) or now))
local found = {tostring(0.5 ^ (elapsed / tonumber(ARGV[2])))}
local highest = redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[1]) - 1, 'REV', 'WITHSCORES')
for i = 1, #highest, 2 do
  found[#found + 1] = highest[i + 1]
  found[#found + 1] = redis.call('HGET', KEYS[2], highest[i]) or ''
end
return found
`;

const questionSchema = z.object({
  method: z.enum(['GET', 'POST']),
  path: z.string(),
  accept: z.string().optional(),
  body: z.string().optional(),
  operation: z.string(),
  storeKey: z.string(),
  role: z.string().optional(),
});
const descriptorSchema = z.object({
  question: questionSchema,
  costMs: z.number().positive(),
  aliveRatio: z.number().positive(),
});

export interface RedisWarmListOptions {
  readonly redis: Redis | Cluster;
  readonly namespace: string;
  /** Names the schema that questions are asked of. */
  readonly schemaHash: string;
}

export class RedisWarmList implements WarmList {
  readonly #redis: Redis | Cluster;
  readonly #attempted: Promise<void>;
  readonly #options: RedisWarmListOptions;

  constructor(options: RedisWarmListOptions) {
    this.#options = options;
    this.#redis = openCacheConnection(options.redis, { commandTimeout: commandTimeoutMs });
    this.#attempted = awaitConnection(this.#redis, connectTimeoutMs);
  }

  async grow(growths: readonly WarmGrowth[]): Promise<void> {
    if (growths.length === 0) return;
    await this.#attempted;
    const { schemaHash } = this.#options;
    const each = growths.flatMap(({ question, savedMs, costMs, aliveRatio }) => [
      String(savedMs),
      question.storeKey,
      JSON.stringify({ question, costMs, aliveRatio }),
    ]);
    const limits = [halfLifeMs, leastDecayMs, mostQuestions, keptMs];
    await this.#redis.eval(growScript, 4, ...this.#keysOf(schemaHash), schemaHash, ...limits, ...each);
  }

  async top(limit: number): Promise<WarmEntry[]> {
    await this.#attempted;
    const keys = this.#keysOf(this.#options.schemaHash).slice(0, 3);
    const reply = (await this.#redis.eval(topScript, 3, ...keys, limit, halfLifeMs)) as string[];
    const [decay = '1', ...pairs] = reply;
    const entries: WarmEntry[] = [];
    for (let at = 0; at < pairs.length; at += 2) {
      const entry = toEntry(Number(pairs[at]) * Number(decay), pairs[at + 1] ?? '');
      if (entry !== undefined) entries.push(entry);
    }
    return entries;
  }

  async drop(storeKeys: readonly string[]): Promise<void> {
    if (storeKeys.length === 0) return;
    await this.#attempted;
    const [score, asks] = this.#keysOf(this.#options.schemaHash);
    await this.#redis
      .multi()
      .zrem(score, ...storeKeys)
      .hdel(asks, ...storeKeys)
      .exec();
  }

  async adopt(): Promise<void> {
    await this.#attempted;
    const own = this.#keysOf(this.#options.schemaHash);
    if ((await this.#redis.exists(own[0])) === 1) return;
    const [latest] = await this.#redis.zrevrange(own[3], 0, 0);
    if (latest === undefined) return;
    const older = this.#keysOf(latest);
    await Promise.all([0, 1, 2].map((at) => this.#redis.copy(older[at] ?? '', own[at] ?? '')));
  }

  close(): void {
    this.#redis.disconnect();
  }

  #keysOf(schemaHash: string): [score: string, asks: string, decayed: string, schemas: string] {
    const base = `{${this.#options.namespace}:warm}`;
    return [
      `${base}:${schemaHash}:score`,
      `${base}:${schemaHash}:asks`,
      `${base}:${schemaHash}:decayed`,
      `${base}:schemas`,
    ];
  }
}

/** Undefined for what another version has written, or nobody of ours. */
function toEntry(scoreMs: number, descriptor: string): WarmEntry | undefined {
  try {
    const { question, costMs, aliveRatio } = descriptorSchema.parse(JSON.parse(descriptor));
    const { accept, body, role } = question;
    return {
      question: { ...question, accept, body, role },
      savedMs: scoreMs,
      costMs,
      aliveRatio,
      weight: scoreMs / (costMs * aliveRatio),
    };
  } catch {
    return undefined;
  }
}
