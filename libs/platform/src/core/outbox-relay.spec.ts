import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RecordingLogger } from '../testing/recording-logger.js';
import { OutboxRelay } from './outbox-relay.js';
import type { BatchOutcome, OutboxConsumer, OutboxStore } from './outbox-store.js';
import { currentRequest, runInRequest } from './request-context.js';

const consumer: OutboxConsumer<undefined> = { name: 'reader', consume: async () => undefined };
const consumed = (count: number): BatchOutcome => ({ kind: 'consumed', count });

/** Answers each call with the next outcome, and with "nothing there" when they have run out. */
class ScriptedStore implements OutboxStore<undefined> {
  calls = 0;

  constructor(private readonly outcomes: (BatchOutcome | Error)[] = []) {}

  async enrol(): Promise<void> {}

  async consumeBatch(): Promise<BatchOutcome> {
    this.calls += 1;
    const outcome = this.outcomes.shift() ?? consumed(0);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }

  async prune(): Promise<number> {
    return 0;
  }
}

describe(OutboxRelay.name, () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('reads batch after batch until nothing is left', async () => {
    const store = new ScriptedStore([consumed(500), consumed(500), consumed(3)]);
    new OutboxRelay(store, new RecordingLogger()).register(consumer);
    await vi.advanceTimersByTimeAsync(1);
    expect(store.calls).toBe(4);
  });

  it('looks again soon when another node holds the lock', async () => {
    const store = new ScriptedStore([{ kind: 'busy' }]);
    new OutboxRelay(store, new RecordingLogger()).register(consumer);
    await vi.advanceTimersByTimeAsync(1);
    expect(store.calls).toBe(1);
    await vi.advanceTimersByTimeAsync(10);
    expect(store.calls).toBe(2);
  });

  it('looks less and less often while nothing happens, down to twice a second', async () => {
    const store = new ScriptedStore();
    new OutboxRelay(store, new RecordingLogger()).register(consumer);
    await vi.advanceTimersByTimeAsync(5_000);
    const before = store.calls;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(store.calls - before).toBe(20);
  });

  it('looks at once when it is woken', async () => {
    const store = new ScriptedStore();
    const relay = new OutboxRelay(store, new RecordingLogger());
    relay.register(consumer);
    await vi.advanceTimersByTimeAsync(5_000);
    const before = store.calls;
    relay.wake();
    await vi.advanceTimersByTimeAsync(1);
    expect(store.calls).toBe(before + 1);
  });

  it('tries again after a failure, and tells of a row of failures once', async () => {
    const logger = new RecordingLogger();
    const store = new ScriptedStore([new Error('away'), new Error('away'), new Error('away'), consumed(2)]);
    new OutboxRelay(store, logger).register(consumer);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(store.calls).toBeGreaterThan(4);
    expect(logger.lines.map(({ message }) => message)).toEqual(['outbox consumer failed']);
  });

  it('reads outside the request that woke it, which may end at any time', async () => {
    const store = new ScriptedStore();
    const requests: unknown[] = [];
    store.consumeBatch = async () => {
      requests.push(currentRequest());
      return consumed(0);
    };
    const relay = new OutboxRelay(store, new RecordingLogger());
    runInRequest({ requestId: 'r-1', signal: AbortSignal.abort() }, () => {
      relay.register(consumer);
      relay.wake();
    });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(requests.length).toBeGreaterThan(3);
    expect(requests.filter((request) => request !== undefined)).toEqual([]);
  });

  it('refuses a second consumer of the same name', () => {
    const relay = new OutboxRelay(new ScriptedStore(), new RecordingLogger());
    relay.register(consumer);
    expect(() => relay.register(consumer)).toThrow('"reader" is registered twice');
  });

  it('stops for good, after the batch that is under way', async () => {
    const store = new ScriptedStore();
    const relay = new OutboxRelay(store, new RecordingLogger());
    relay.register(consumer);
    await vi.advanceTimersByTimeAsync(1);
    await relay.stop();
    const before = store.calls;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(store.calls).toBe(before);
  });
});
