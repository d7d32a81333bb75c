/** Keeps the purges that CDNs still owe in Redis, each step one script, by Redis's clock and nobody else's. */
import type { Redis } from 'ioredis';
import type { ClaimLimits, PendingPurge, PurgeClaim, PurgeLedger } from '../core/purge-ledger.js';

/**
 * For each CDN: `due` (sorted set: tag → when to purge), `changes` (hash: tag → stamp of its latest change) and `pace` (hash:
 * the token bucket, failures in a row, and until when the CDN wants to be left alone). The size is bounded by the number of
 * different tags, however long a CDN is away.
 */
const now = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** A change makes its tag due at once, also where the tag waits for its second purge. The counter keeps stamps apart within a ms. */
const addScript = `${now}
  for c = 1, #KEYS, 3 do
    for i = 1, #ARGV do
      local stamp = now .. '-' .. redis.call('HINCRBY', KEYS[c + 2], 'changes', 1)
      redis.call('HSET', KEYS[c + 1], ARGV[i], stamp)
      redis.call('ZADD', KEYS[c], now, ARGV[i])
    end
  end`;

/** Claimed tags are due again when the lease ends, so that a process that dies with them takes none along. */
const claimScript = `${now}
  local maxTags, leaseMs, burst, perSecond = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
  local pace = redis.call('HMGET', KEYS[3], 'blockedUntil', 'tokens', 'filledAt', 'failures')
  local blockedUntil = tonumber(pace[1] or 0)
  local tags = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, maxTags)
  if #tags == 0 then return {'nothing-due'} end
  if blockedUntil > now then return {'wait', blockedUntil - now} end
  local elapsedMs = math.max(0, now - tonumber(pace[3] or now))
  local tokens = math.min(burst, tonumber(pace[2] or burst) + elapsedMs * perSecond / 1000)
  if tokens < 1 then return {'wait', math.ceil((1 - tokens) * 1000 / perSecond)} end
  redis.call('HSET', KEYS[3], 'tokens', tostring(tokens - 1), 'filledAt', now)
  local claimed = {'claimed', now, tonumber(pace[4] or 0)}
  for _, tag in ipairs(tags) do
    redis.call('ZADD', KEYS[1], now + leaseMs, tag)
    claimed[#claimed + 1] = tag
    claimed[#claimed + 1] = redis.call('HGET', KEYS[2], tag)
  end
  return claimed`;

const settleScript = `
  local claimedAt, secondAfterMs = tonumber(ARGV[1]), tonumber(ARGV[2])
  redis.call('HDEL', KEYS[3], 'failures', 'blockedUntil')
  for i = 3, #ARGV, 2 do
    local tag, stamp = ARGV[i], ARGV[i + 1]
    if redis.call('HGET', KEYS[2], tag) == stamp then
      local secondAt = tonumber(string.match(stamp, '^%d+')) + secondAfterMs
      if claimedAt >= secondAt then
        redis.call('ZREM', KEYS[1], tag)
        redis.call('HDEL', KEYS[2], tag)
      else
        redis.call('ZADD', KEYS[1], secondAt, tag)
      end
    end
  end`;

/** Another claim may have settled such a tag meanwhile, which only then is no longer there. */
const postponeScript = `${now}
  redis.call('HINCRBY', KEYS[3], 'failures', 1)
  redis.call('HSET', KEYS[3], 'blockedUntil', now + tonumber(ARGV[1]))
  for i = 2, #ARGV do redis.call('ZADD', KEYS[1], 'XX', now, ARGV[i]) end`;

export class RedisPurgeLedger implements PurgeLedger {
  /** @param prefix keeps this ledger's keys together, on one node of a cluster too. */
  constructor(
    private readonly redis: Redis,
    private readonly prefix: string,
  ) {}

  async add(cdns: readonly string[], tags: readonly string[]): Promise<void> {
    if (cdns.length === 0 || tags.length === 0) return;
    await this.#run(addScript, cdns, tags);
  }

  async claim(cdn: string, limits: ClaimLimits): Promise<PurgeClaim> {
    const { maxTagsPerCall, leaseMs, burstCalls, callsPerSecond } = limits;
    const reply = await this.#run(
      claimScript,
      [cdn],
      [maxTagsPerCall, Math.ceil(leaseMs), burstCalls, callsPerSecond],
    );
    const [kind, first, failures, ...pairs] = reply as [string, number, number, ...string[]];
    if (kind === 'nothing-due') return { kind };
    if (kind === 'wait') return { kind, waitMs: first };
    const purges: PendingPurge[] = [];
    for (let index = 0; index < pairs.length; index += 2) {
      purges.push({ tag: pairs[index] ?? '', stamp: pairs[index + 1] ?? '' });
    }
    return { kind: 'claimed', purges, claimedAtMs: first, failures };
  }

  async settle(
    cdn: string,
    purges: readonly PendingPurge[],
    claimedAtMs: number,
    secondPurgeAfterMs: number,
  ): Promise<void> {
    const stamped = purges.flatMap(({ tag, stamp }) => [tag, stamp]);
    await this.#run(settleScript, [cdn], [claimedAtMs, Math.ceil(secondPurgeAfterMs), ...stamped]);
  }

  async postpone(cdn: string, purges: readonly PendingPurge[], delayMs: number): Promise<void> {
    await this.#run(postponeScript, [cdn], [Math.ceil(delayMs), ...purges.map(({ tag }) => tag)]);
  }

  async pendingCount(cdn: string): Promise<number> {
    return this.redis.zcard(this.#keysOf(cdn)[0]);
  }

  #keysOf(cdn: string): [due: string, changes: string, pace: string] {
    const base = `{${this.prefix}}:purge:${cdn}`;
    return [`${base}:due`, `${base}:changes`, `${base}:pace`];
  }

  async #run(script: string, cdns: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    const keys = cdns.flatMap((cdn) => this.#keysOf(cdn));
    return this.redis.eval(script, keys.length, ...keys, ...args);
  }
}
