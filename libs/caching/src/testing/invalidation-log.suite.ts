/** What every log that several nodes follow does. */
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Fence } from '../core/fence.js';
import type { Invalidation, InvalidationLog, LogFollower } from '../core/invalidation-log.js';

const patience = { timeout: 15_000 };

/** Writes down what it is told. */
export class Notes implements LogFollower {
  readonly tags: string[] = [];
  readonly forgotten: number[] = [];
  reached = 0;

  apply({ tags }: Invalidation): void {
    this.tags.push(...tags);
  }
  reach(sequence: number): void {
    this.reached = Math.max(this.reached, sequence);
  }
  forget(before: number): void {
    this.forgotten.push(before);
  }
}

export const tagged = (...tags: string[]): Invalidation => ({ changes: [], tags });

export interface LogScene {
  readonly createLog: (namespace: string) => InvalidationLog;
  /** Empties the place where the log is kept. */
  readonly flush: () => Promise<void>;
  readonly cutConnections: () => Promise<void>;
}

export function describeInvalidationLog(name: string, scene: () => LogScene): void {
  describe(name, () => {
    const logs: InvalidationLog[] = [];
    afterEach(async () => {
      await Promise.all(logs.splice(0).map((log) => log.close()));
    });

    async function start<Follower extends LogFollower>(namespace: string, follower: Follower) {
      const log = scene().createLog(namespace);
      logs.push(log);
      await log.start(follower);
      await vi.waitFor(() => expect(log.isCurrent()).toBe(true), patience);
      return { log, follower };
    }

    it('brings each record to every node, in one order, and to its own before append resolves', async () => {
      const namespace = randomUUID();
      const one = await start(namespace, new Notes());
      const other = await start(namespace, new Notes());
      const sequence = await one.log.append(tagged('a'));
      expect(one.follower.tags).toContain('a');
      await other.log.append(tagged('b'));
      await vi.waitFor(() => expect(other.follower.reached).toBeGreaterThan(sequence), patience);
      expect(other.follower.tags.lastIndexOf('a')).toBeLessThan(other.follower.tags.lastIndexOf('b'));
    });

    it('tells a node that starts of what was before, so that it can judge what others have stored', async () => {
      const namespace = randomUUID();
      const one = await start(namespace, new Fence());
      await one.log.append(tagged('x'));
      await vi.waitFor(() => expect(one.follower.reached).toBeGreaterThan(0), patience);
      const bornAt = one.follower.reached;
      await one.log.append(tagged('changed'));
      const late = await start(namespace, new Fence());
      const entry = (tag: string) => ({ bornAt, cells: late.follower.hold({ reads: [], tags: [tag] }) });
      expect(late.follower.isTrue(entry('unchanged'))).toBe(true);
      expect(late.follower.isTrue(entry('changed'))).toBe(false);
    });

    it('gives up what was stored before, when its place was emptied', async () => {
      const { log, follower } = await start(randomUUID(), new Notes());
      await log.append(tagged('a'));
      const [before = 0] = follower.forgotten;
      await scene().flush();
      await vi.waitFor(() => expect(follower.forgotten.at(-1)).toBeGreaterThan(before), patience);
      await vi.waitFor(() => expect(log.isCurrent()).toBe(true), patience);
      await vi.waitFor(() => log.append(tagged('b')), patience);
      await vi.waitFor(
        () => expect(follower.tags.filter((tag) => tag === 'b').length).toBeGreaterThan(1),
        patience,
      );
    });

    it('misses nothing when its connections are cut, and gives nothing up', async () => {
      const namespace = randomUUID();
      const one = await start(namespace, new Notes());
      const other = await start(namespace, new Notes());
      const forgotten = one.follower.forgotten.length;
      for (let cut = 0; cut < 5; cut += 1) {
        await scene().cutConnections();
        await vi.waitFor(() => other.log.append(tagged(`after cut ${cut}`)), patience);
      }
      const all = Array.from({ length: 5 }, (_, cut) => `after cut ${cut}`);
      await vi.waitFor(() => expect(one.follower.tags).toEqual(all), patience);
      expect(one.follower.forgotten).toHaveLength(forgotten);
    });
  });
}
