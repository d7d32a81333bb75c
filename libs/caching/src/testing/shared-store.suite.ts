/** What every store that nodes share does, whatever keeps it. */
import { hash, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { patiently } from '../../../../test/support/patiently.js';
import { leaseMs, type Lease, type SharedFind, type SharedStore } from '../core/shared-store.js';

const ttlMs = 60_000;
const wanted = (...keys: string[]) => ({ keys, leaseName: 'public' });

export async function leaseOf(found: Promise<SharedFind>): Promise<Lease> {
  const outcome = await found;
  if (outcome.kind !== 'ours') throw new Error(`No lease was granted, but: ${outcome.kind}.`);
  return outcome.lease;
}

/** @param nodes two stores over one and the same place. */
export function describeSharedStore(name: string, nodes: () => readonly [SharedStore, SharedStore]): void {
  const scene = () => {
    const [one, other] = nodes();
    return { one, other, question: `question ${randomUUID()}` };
  };

  describe(name, () => {
    it('gives every node what one has put there, byte for byte', async () => {
      const { one, other, question } = scene();
      const bodies = [
        randomBytes(70_000),
        Buffer.alloc(0),
        Buffer.from('"{\\u0000}\r\n'),
        Buffer.from([255, 0, 254]),
      ];
      for (const bytes of bodies) {
        await one.put(question, 'public', bytes, ttlMs, undefined);
        expect(await other.find(question, wanted('public'))).toEqual({ kind: 'found', key: 'public', bytes });
      }
    });

    it('finds what lies under the first key that has anything, and nothing of another question', async () => {
      const { one, other, question } = scene();
      await one.put(question, 'role', Buffer.from('for a role'), ttlMs, undefined);
      await one.put(question, 'user', Buffer.from('for a user'), ttlMs, undefined);
      const found = await other.find(question, wanted('public', 'role', 'user'));
      expect(found).toMatchObject({ kind: 'found', key: 'role' });
      expect(await other.find(`${question} else`, wanted('role'))).toMatchObject({ kind: 'ours' });
    });

    it('takes many at once and gives many at once, each in its place', async () => {
      const { one, other, question } = scene();
      const items = Array.from({ length: 60 }, (_, at) => ({
        question: `${question} ${at}`,
        key: at % 2 === 0 ? 'public' : 'role',
        bytes: Buffer.from([255, 0, at]),
        ttlMs: at === 7 ? 1 : ttlMs,
      }));
      await one.putMany(items);
      const expected = items.map(({ bytes, ttlMs: its }) => (its === 1 ? undefined : bytes));
      await vi.waitFor(async () => expect(await other.readMany(items)).toEqual(expected), patiently);
      const unknown = { question: `${question} 8`, key: 'role' };
      expect(await other.readMany([unknown, items[9] ?? unknown])).toEqual([undefined, items[9]?.bytes]);
    });

    it('keeps nothing for longer than it may', async () => {
      const { one, other, question } = scene();
      await one.put(question, 'public', Buffer.from('short'), 20, undefined);
      await vi.waitFor(
        async () => expect(await other.find(question, wanted('public'))).not.toMatchObject({ kind: 'found' }),
        patiently,
      );
    });

    it('grants a lease to one node only', async () => {
      const { one, other, question } = scene();
      const asked = Array.from({ length: 10 }, () => [one, other])
        .flat()
        .map((node) => node.find(question, wanted('public')));
      const kinds = (await Promise.all(asked)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'ours')).toHaveLength(1);
      expect(kinds.filter((kind) => kind === 'another node')).toHaveLength(19);
    });

    it('grants leases of different names side by side', async () => {
      const { one, other, question } = scene();
      const found = [
        await one.find(question, { keys: [], leaseName: 'user 1' }),
        await other.find(question, { keys: [], leaseName: 'user 2' }),
      ];
      expect(found).toMatchObject([{ kind: 'ours' }, { kind: 'ours' }]);
    });

    it('ends a lease with the answer, or when its holder gives up', async () => {
      const { one, other, question } = scene();
      const lease = await leaseOf(one.find(question, wanted('public')));
      await one.put(question, 'user', Buffer.from('made'), ttlMs, lease);
      const next = await leaseOf(other.find(question, wanted('public')));
      await other.release(question, next);
      expect(await one.find(question, wanted('public'))).toMatchObject({ kind: 'ours' });
    });

    it('ends a lease whose holder is not heard of any more, and no other', async () => {
      const { one, other, question } = scene();
      const [renewed, silent] = [question, `${question} of a dead node`];
      const lease = await leaseOf(one.find(renewed, wanted()));
      await leaseOf(one.find(silent, wanted()));
      const renewal = setInterval(() => void one.renew(renewed, lease), leaseMs / 10);
      await vi.waitFor(() => leaseOf(other.find(silent, wanted())), patiently);
      expect(await other.find(renewed, wanted())).toEqual({ kind: 'another node' });
      clearInterval(renewal);
    });

    it('leaves a lease alone that has passed to another holder', async () => {
      const { one, other, question } = scene();
      const lost = await leaseOf(one.find(question, wanted()));
      await one.release(question, lost);
      const held = await leaseOf(other.find(question, wanted()));
      await one.put(question, 'public', Buffer.from('late'), ttlMs, lost);
      await one.release(question, lost);
      await one.renew(question, lost);
      expect(await one.find(question, wanted())).toEqual({ kind: 'another node' });
      await other.release(question, held);
      await leaseOf(one.find(question, wanted()));
    });

    it('looks past what is known to be useless, and sees what has replaced it', async () => {
      const { one, other, question } = scene();
      const useless = new Map([['public', Buffer.from('old')]]);
      await one.put(question, 'public', Buffer.from('old'), ttlMs, undefined);
      const lease = await leaseOf(other.find(question, { ...wanted('public'), useless }));
      await other.put(question, 'public', Buffer.from('new'), ttlMs, lease);
      const found = await one.find(question, { ...wanted('public'), useless });
      expect(found).toEqual({ kind: 'found', key: 'public', bytes: Buffer.from('new') });
    });

    it('takes questions and keys of any length and any characters', async () => {
      const { one, other, question } = scene();
      const odd = `${question} {a}:\0"é${'x'.repeat(20_000)}`;
      const key = `user ${JSON.stringify(['{b}', hash('sha1', odd)])}`;
      await one.put(odd, key, Buffer.from('odd'), ttlMs, undefined);
      expect(await other.find(odd, wanted(key))).toMatchObject({ kind: 'found' });
    });
  });
}
