import type { DomainEvent, EventBus } from '@app/platform';
import { describe, expect, it } from 'vitest';
import { eventStream, SubscriptionTooSlow } from './event-stream.js';

type Listener = (event: DomainEvent) => void;

/** A bus that does nothing but tell its listeners. */
function fakeBus() {
  const listeners = new Set<Listener>();
  const bus = {
    subscribe: (listener: Listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as EventBus;
  const tell = (...numbers: readonly number[]) => {
    for (const number of numbers)
      for (const listener of listeners)
        listener({
          topic: 'counted',
          aggregate: 'x',
          payload: { number },
          occurredAtMs: 0,
          position: { xid: 1n, id: BigInt(number) },
        });
  };
  return { bus, tell, listeners };
}

const everyNumber = {
  topics: ['counted'],
  matches: () => true,
  toValue: async (event: DomainEvent) => event.payload['number'],
};

describe('an event stream', () => {
  it('keeps what happens between being opened and being read', async () => {
    const { bus, tell } = fakeBus();
    const stream = eventStream(bus, everyNumber);
    tell(1, 2);
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    expect(await stream.next()).toEqual({ done: false, value: 2 });
  });

  it('hands an event to a reader who waits already', async () => {
    const { bus, tell } = fakeBus();
    const waiting = eventStream(bus, everyNumber).next();
    tell(7);
    expect(await waiting).toEqual({ done: false, value: 7 });
  });

  it('passes over what does not match and what has gone by now', async () => {
    const { bus, tell } = fakeBus();
    const stream = eventStream(bus, {
      topics: ['counted'],
      matches: ({ payload }) => payload['number'] !== 1,
      toValue: async ({ payload }) => (payload['number'] === 2 ? undefined : payload['number']),
    });
    tell(1, 2, 3);
    expect(await stream.next()).toEqual({ done: false, value: 3 });
  });

  it('ends at once for a reader who waits when its client leaves, and frees its listener', async () => {
    const { bus, tell, listeners } = fakeBus();
    const stream = eventStream(bus, everyNumber);
    const waiting = stream.next();
    await stream.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(listeners.size).toBe(0);
    tell(1);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('frees its listener when it is ended by an error', async () => {
    const { bus, listeners } = fakeBus();
    const stream = eventStream(bus, everyNumber);
    await expect(stream.throw?.(new Error('gone'))).rejects.toThrow('gone');
    expect(listeners.size).toBe(0);
  });

  it('gives a client who is too slow what it kept, then tells him and ends', async () => {
    const { bus, tell, listeners } = fakeBus();
    const stream = eventStream(bus, everyNumber);
    tell(...Array.from({ length: 1_500 }, (_, at) => at + 1));
    for (let at = 1; at <= 1_000; at += 1) expect(await stream.next()).toEqual({ done: false, value: at });
    await expect(stream.next()).rejects.toThrow(SubscriptionTooSlow);
    expect(listeners.size).toBe(0);
  });
});
