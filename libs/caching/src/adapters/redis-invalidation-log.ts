/**
 * The invalidation log of several nodes: one Redis Stream whose ids are the sequence.
 *
 * A node trusts its cache only while it knows that it has seen the whole stream up to a moment ago. It gives all of it up
 * where records may have been lost: another epoch (Redis was flushed or came back empty), another server or another history
 * of replication (a failover loses the last writes, also for who goes on reading from the old master), or a place that the
 * stream no longer holds; and after a silence in which nobody may have been able to write. In a Redis Cluster both keys lie in one slot, and it is its master that is meant.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster, Redis } from 'ioredis';
import { Deadline } from '../core/deadline.js';
import { InvalidationNotLogged } from '../core/errors.js';
import type { Invalidation, InvalidationLog, LogFollower, Sequence } from '../core/invalidation-log.js';
import { openCacheConnection } from '../cache-connection.js';

/** Records kept for nodes that were away. */
const mostRecords = 100_000;
/** Records that a starting node reads, so that answers that others have stored are of use to it: about 100 ms of work. */
const replayedRecords = 10_000;
const replayPage = 250;
/** Milliseconds after which a starting node makes do with what it has read: it then knows less of what others have stored. */
const replayPatienceMs = 1_000;
const readBlockMs = 500;
const readCount = 1_000;
/** Milliseconds since the stream was known to be complete after which nothing cached is served. */
const longestSilenceMs = 2_000;
const retryMs = 100;
/** Longer than reading blocks: a server that hangs must be noticed and its connection given up. */
const readTimeoutMs = 2_000;
const appendTimeoutMs = 500;

/**
 * Appends with an id of its own making: Redis' clock in microseconds, or one more than the last id where the clock has not
 * moved or has been set back. A log without an epoch is a new one.
 */
const appendScript = `
local time = redis.call('TIME')
local sequence = tonumber(time[1]) * 1000000 + tonumber(time[2])
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if newest then
  local last = tonumber(string.match(newest[1], '^%d+'))
  if last >= sequence then sequence = last + 1 end
end
local id = string.format('%.0f', sequence)
local epoch = redis.call('GET', KEYS[2])
if not epoch or not newest then
  epoch = id
  redis.call('SET', KEYS[2], epoch)
end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], id .. '-0', 'epoch', epoch, 'record', ARGV[2])
return {id, epoch}
`;

/**
 * A script, because it is carried out where its keys lie; INFO alone would be answered by any master of a cluster. A promoted
 * replica and all that follow it have another replication id, and each process has a run id of its own.
 */
const originScript = `
local server = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local history = string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)')
local time = redis.call('TIME')
return {server .. ' ' .. history, redis.call('GET', KEYS[2]) or '', time[1], time[2]}
`;

interface LogOrigin {
  readonly server: string;
  /** Empty: there is no log. */
  readonly epoch: string;
  /** By the server's clock. */
  readonly timeUs: number;
}

type StreamEntry = [id: string, fields: string[]];

interface LogRecord {
  readonly sequence: Sequence;
  readonly epoch: string;
  readonly invalidation: Invalidation;
}

const nothing: Invalidation = { changes: [], tags: [] };

function toRecord([id, [, epoch = '', , json = '']]: StreamEntry): LogRecord {
  return { sequence: Number.parseInt(id, 10), epoch, invalidation: JSON.parse(json) as Invalidation };
}

export interface RedisInvalidationLogOptions {
  readonly redis: Redis | Cluster;
  /** Prefix of all keys; nodes with the same one share a cache. */
  readonly namespace: string;
  /** Milliseconds by a clock that is never set. */
  readonly monotonicMs: () => number;
  readonly onStateChange: (state: 'current' | 'behind', error?: unknown) => void;
}

export class RedisInvalidationLog implements InvalidationLog {
  readonly #writer: Redis | Cluster;
  readonly #reader: Redis | Cluster;
  readonly #keys: readonly [log: string, epoch: string];
  readonly #options: RedisInvalidationLogOptions;
  readonly #closing = new AbortController();
  #follower: LogFollower | undefined;
  #reading: Promise<void> | undefined;
  #sequence: Sequence = 0;
  #epoch = '';
  #server = '';
  /** From this process' clock that is never set to Redis' clock, in microseconds. */
  #clockOffsetUs = 0;
  #completeAtMs = Number.NEGATIVE_INFINITY;
  #isBehind = true;

  constructor(options: RedisInvalidationLogOptions) {
    this.#options = options;
    const { redis, namespace } = options;
    this.#keys = [`{${namespace}}:log`, `{${namespace}}:epoch`];
    // Commands fail at once while Redis is away instead of waiting for it: waiting is for the loop below and the relay.
    this.#writer = openCacheConnection(redis);
    this.#reader = openCacheConnection(redis, { commandTimeout: readTimeoutMs });
    for (const connection of [this.#writer, this.#reader]) {
      connection.on('error', () => undefined); // its commands fail and tell
      connection.connect().catch(() => undefined); // it goes on trying
    }
  }

  async append(invalidation: Invalidation): Promise<Sequence> {
    // Who cannot read it cannot write to it either, most likely, and a writer should not wait to learn that each time.
    if (!this.isCurrent()) throw new InvalidationNotLogged(new Error('this node has lost touch with it'));
    const appended = await this.#append(invalidation).catch((error: unknown) => {
      throw new InvalidationNotLogged(error);
    });
    this.#follower?.apply(invalidation, appended.sequence);
    return appended.sequence;
  }

  now(): Sequence {
    return Math.floor(this.#options.monotonicMs() * 1_000 + this.#clockOffsetUs);
  }

  isCurrent(): boolean {
    return this.#options.monotonicMs() - this.#completeAtMs < longestSilenceMs;
  }

  async start(follower: LogFollower): Promise<void> {
    this.#follower = follower;
    this.#reading = this.#followForever(follower);
    // A node that starts while Redis is away serves without a cache until it is back.
    const patience = AbortSignal.timeout(readTimeoutMs);
    const isReady = () => this.isCurrent() && this.#writer.status === 'ready';
    while (!isReady() && !patience.aborted) await delay(5);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#writer.disconnect();
    this.#reader.disconnect();
    await this.#reading;
  }

  async #append(invalidation: Invalidation): Promise<{ sequence: Sequence; epoch: string }> {
    const reply = await new Deadline(appendTimeoutMs).bound(
      this.#writer.eval(
        appendScript,
        this.#keys.length,
        ...this.#keys,
        mostRecords,
        JSON.stringify(invalidation),
      ),
    );
    const [id, epoch] = reply as [string, string];
    return { sequence: Number(id), epoch };
  }

  async #followForever(follower: LogFollower): Promise<void> {
    let isJoined = false;
    while (!this.#closing.signal.aborted) {
      try {
        if (!isJoined) await this.#join(follower);
        isJoined = true;
        await this.#readOnce(follower);
        this.#tell('current');
      } catch (error) {
        isJoined = false;
        if (this.#closing.signal.aborted) return;
        this.#tell('behind', error);
        // A read that timed out is still waiting on its connection, and its late reply would be taken for the next one's.
        if (this.#reader.status === 'ready') this.#reader.disconnect(true);
        await delay(retryMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      }
    }
  }

  #tell(state: 'current' | 'behind', error?: unknown): void {
    if (this.#isBehind === (state === 'behind') && error === undefined) return;
    if (this.#isBehind && state === 'behind') return;
    this.#isBehind = state === 'behind';
    this.#options.onStateChange(state, error);
  }

  /** Finds the place to go on from, and gives up what was stored before it where that is not the old place. */
  async #join(follower: LogFollower): Promise<void> {
    const askedAtMs = this.#options.monotonicMs();
    const { server, epoch, timeUs } = await this.#origin();
    this.#clockOffsetUs = timeUs - askedAtMs * 1_000;
    // While nobody could write to it, others may have committed what the log will be told of only later.
    const isSame = this.isCurrent() && server === this.#server && epoch !== '' && epoch === this.#epoch;
    if (isSame && (await this.#holds(this.#sequence))) return;
    const head = epoch === '' ? await this.#append(nothing) : undefined;
    const records = await this.#latestRecords();
    const last = records.at(-1) ?? (head && { ...head, invalidation: nothing });
    if (last === undefined) throw new Error('the invalidation log has an epoch and no records'); // flushed in between
    follower.forget(records[0]?.sequence ?? last.sequence);
    for (const { invalidation, sequence } of records) follower.apply(invalidation, sequence);
    if (this.#server !== '') follower.forget(last.sequence);
    follower.reach(last.sequence);
    this.#sequence = last.sequence;
    this.#epoch = last.epoch;
    this.#server = server;
    this.#completeAtMs = askedAtMs;
  }

  /** Page by page, because all of them at once may be more than Redis sends in time; as many as there is time for. */
  async #latestRecords(): Promise<LogRecord[]> {
    const deadlineMs = this.#options.monotonicMs() + replayPatienceMs;
    const newestFirst: LogRecord[] = [];
    let end = '+';
    while (newestFirst.length < replayedRecords && this.#options.monotonicMs() < deadlineMs) {
      const page = (await this.#reader.xrevrange(
        this.#keys[0],
        end,
        '-',
        'COUNT',
        replayPage,
      )) as StreamEntry[];
      newestFirst.push(...page.map(toRecord));
      const oldest = page.at(-1);
      if (oldest === undefined || page.length < replayPage) break;
      end = `(${oldest[0]}`;
    }
    return newestFirst.toReversed();
  }

  async #readOnce(follower: LogFollower): Promise<void> {
    const [log] = this.#keys;
    // What the reply says was true when the command was sent, or later; when it came in says less, because a reply may
    // have waited for a busy event loop.
    const askedAtMs = this.#options.monotonicMs();
    // The origin is asked behind the read on the same connection: whatever has changed before the read is seen.
    const [reply, { server, epoch }] = await Promise.all([
      this.#reader.xread('COUNT', readCount, 'BLOCK', readBlockMs, 'STREAMS', log, `${this.#sequence}-0`),
      this.#origin(),
    ]);
    if (server !== this.#server) throw new Error('the invalidation log is on another server');
    if (epoch !== this.#epoch) throw new Error('the invalidation log has begun anew');
    for (const entry of reply?.[0]?.[1] ?? []) {
      const { sequence, epoch: itsEpoch, invalidation } = toRecord(entry);
      if (itsEpoch !== this.#epoch) throw new Error('the invalidation log has begun anew');
      follower.apply(invalidation, sequence);
      follower.reach(sequence);
      this.#sequence = sequence;
    }
    this.#completeAtMs = askedAtMs;
  }

  async #holds(sequence: Sequence): Promise<boolean> {
    const id = `${sequence}-0`;
    return (await this.#reader.xrange(this.#keys[0], id, id)).length > 0;
  }

  async #origin(): Promise<LogOrigin> {
    const reply = await this.#reader.eval(originScript, this.#keys.length, ...this.#keys);
    const [server, epoch, seconds, microseconds] = reply as [string, string, string, string];
    return { server, epoch, timeUs: Number(seconds) * 1_000_000 + Number(microseconds) };
  }
}
