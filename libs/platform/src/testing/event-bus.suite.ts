/** What every event bus promises; each adapter runs it against the real thing. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DomainEvent } from '../core/domain-event.js';
import type { EventBus } from '../core/event-bus.js';

export function anEvent(xid: bigint, id: bigint, topic = 'thing.happened'): DomainEvent {
  return {
    position: { xid, id },
    topic,
    aggregate: 'thing:1',
    payload: { id: String(id) },
    occurredAtMs: 1_000,
  };
}

/** @param create a bus of its own name space that is ready to deliver. */
export function describeEventBus(name: string, create: () => Promise<EventBus>): void {
  describe(name, () => {
    let bus: EventBus;

    beforeEach(async () => {
      bus = await create();
    });
    afterEach(() => bus.close());

    function collect(topics?: readonly string[]): DomainEvent[] {
      const seen: DomainEvent[] = [];
      bus.subscribe((event) => seen.push(event), topics);
      return seen;
    }

    it('delivers what is published, whole and in order, to every listener', async () => {
      const one = collect();
      const other = collect();
      const events = [anEvent(1n, 1n), anEvent(1n, 2n), anEvent(3n, 1n)];
      await bus.publish(events);
      await vi.waitFor(() => expect(one).toHaveLength(3));
      expect(one).toEqual(events);
      await vi.waitFor(() => expect(other).toEqual(events));
    });

    it('delivers an event once, however often it is published', async () => {
      const seen = collect();
      await bus.publish([anEvent(5n, 1n), anEvent(5n, 2n)]);
      await bus.publish([anEvent(5n, 1n), anEvent(5n, 2n), anEvent(6n, 3n)]);
      await vi.waitFor(() => expect(seen.at(-1)?.position.xid).toBe(6n));
      expect(seen.map(({ position }) => position.id)).toEqual([1n, 2n, 3n]);
    });

    it('delivers positions beyond what a double can count exactly', async () => {
      const seen = collect();
      const far = 2n ** 62n;
      await bus.publish([anEvent(far, 1n), anEvent(far + 1n, 1n)]);
      await vi.waitFor(() => expect(seen.map(({ position }) => position.xid)).toEqual([far, far + 1n]));
    });

    it('delivers only the topics that a listener asked for', async () => {
      const wanted = collect(['wanted']);
      const all = collect();
      await bus.publish([anEvent(1n, 1n, 'other'), anEvent(1n, 2n, 'wanted')]);
      await vi.waitFor(() => expect(all).toHaveLength(2));
      expect(wanted.map(({ topic }) => topic)).toEqual(['wanted']);
    });

    it('goes on delivering to the others when a listener throws', async () => {
      bus.subscribe(() => {
        throw new Error('a listener of somebody else');
      });
      const seen = collect();
      await bus.publish([anEvent(1n, 1n), anEvent(1n, 2n)]);
      await vi.waitFor(() => expect(seen).toHaveLength(2));
    });

    it('delivers nothing to a listener that has ended', async () => {
      const ended: DomainEvent[] = [];
      bus.subscribe((event) => ended.push(event))();
      const seen = collect();
      await bus.publish([anEvent(1n, 1n)]);
      await vi.waitFor(() => expect(seen).toHaveLength(1));
      expect(ended).toEqual([]);
    });
  });
}
