import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { anonymousAsker, readRow, ValueNode } from '../testing/value-node.js';
import { currentReads, ReadsRecorder, recordReads } from './reads-recorder.js';
import { watchScope, type ScopeLevel } from './scope.js';
import { noSharedStore, type SharedFind, type SharedStore, type Wanted } from './shared-store.js';

const ada = { role: 'customer', user: 'ada' };
const bob = { role: 'customer', user: 'bob' };
const fixed = { kind: 'fixed', ttlMs: 1_000 } as const;

function narrowCurrent(level: ScopeLevel): void {
  currentReads()?.narrow(level);
}

/** A shared store of one process, without Redis. */
function sharedMap(): SharedStore & { readonly values: Map<string, Buffer>; isClaimed: boolean } {
  const values = new Map<string, Buffer>();
  const store = {
    ...noSharedStore,
    values,
    isClaimed: false,
    find(question: string, { keys, leaseName, useless }: Wanted): Promise<SharedFind> {
      for (const key of keys) {
        const bytes = values.get(`${question}/${key}`);
        if (bytes !== undefined && useless?.get(key)?.equals(bytes) !== true)
          return Promise.resolve({ kind: 'found', key, bytes });
      }
      if (store.isClaimed) return Promise.resolve({ kind: 'another node' });
      store.isClaimed = true;
      return Promise.resolve({ kind: 'ours', lease: { name: leaseName, holder: 'us' } });
    },
    read: (question: string, key: string) => Promise.resolve(values.get(`${question}/${key}`)),
    renew: () => Promise.resolve(),
    put(question: string, key: string, bytes: Buffer) {
      values.set(`${question}/${key}`, bytes);
      store.isClaimed = false;
      return Promise.resolve();
    },
    release() {
      store.isClaimed = false;
      return Promise.resolve();
    },
  };
  return store;
}

describe('a cached value', () => {
  it('is made once, and each caller gets a value of its own', async () => {
    const node = await new ValueNode().start();
    let made = 0;
    const make = () => ({ list: [made++] });
    const first = await node.answer(() => node.values.getOrMake('v 1', {}, make));
    const second = await node.answer(() => node.values.getOrMake('v 1', {}, make));
    second.list.push(7);
    const third = await node.answer(() => node.values.getOrMake('v 1', {}, make));
    expect([first, third, made]).toEqual([{ list: [0] }, { list: [0] }, 1]);
  });

  it('is made anew after a row that it has read has changed, and after a tag has been invalidated', async () => {
    const node = await new ValueNode().start();
    let made = 0;
    const read = () =>
      node.answer(() =>
        node.values.getOrMake('v 1', { tags: (value) => [`made-${value}`] }, () => {
          readRow('products', '1');
          return (made += 1);
        }),
      );
    expect(await read()).toBe(1);
    await node.change('products', '2');
    expect(await read()).toBe(1);
    await node.change('products', '1');
    expect(await read()).toBe(2);
    await node.log.append({ changes: [], tags: ['made-2'] });
    expect(await read()).toBe(3);
  });

  it('is not kept when a write has overtaken its making', async () => {
    const node = await new ValueNode().start();
    let made = 0;
    const make = async () => {
      readRow('products', '1');
      made += 1;
      if (made === 1) await node.change('products', '1');
      return made;
    };
    await node.answer(() => node.values.getOrMake('v 1', {}, make));
    expect(await node.answer(() => node.values.getOrMake('v 1', {}, make))).toBe(2);
    expect(await node.answer(() => node.values.getOrMake('v 1', {}, make))).toBe(2);
  });

  it('goes past the cache outside of an answer, in work that must see the database, and while the log is away', async () => {
    const node = await new ValueNode().start();
    let made = 0;
    const read = () => node.values.getOrMake('v 1', {}, () => (made += 1));
    await node.answer(read);
    expect(await read()).toBe(2);
    const mutation = new ReadsRecorder(node.fence.reached, { asker: ada, passesCaches: true });
    expect(await recordReads(mutation, read)).toBe(3);
    await node.log.close();
    const outer = node.recorder();
    expect(await node.answer(read, outer)).toBe(4);
    expect(outer.obstacle).toBe('unsynced');
  });

  it('is no more shared than what its making looked at of the asker', async () => {
    const node = await new ValueNode().start();
    const readAs = (viewer: typeof ada) =>
      node.answer(() => {
        const watched = watchScope(viewer, { role: 'role', user: 'user' }, narrowCurrent);
        return node.values.getOrMake('v 1', {}, () => `for ${watched.user}`);
      }, node.recorder(viewer));
    expect(await readAs(ada)).toBe('for ada');
    expect(await readAs(bob)).toBe('for bob');
    expect(await readAs(ada)).toBe('for ada');
  });

  it('is not shared beyond the scope that it was declared with', async () => {
    const node = await new ValueNode().start();
    let made = 0;
    const readAs = (asker: typeof ada) =>
      node.answer(
        () => node.values.getOrMake('v 1', { scope: 'user' }, () => (made += 1)),
        node.recorder(asker),
      );
    expect([await readAs(ada), await readAs(bob), await readAs(ada)]).toEqual([1, 2, 1]);
  });

  it('is no more shared than what was known of the asker before it, unless its making can know only its key', async () => {
    const node = await new ValueNode().start();
    const readAs = (asker: typeof ada, isSelfContained: boolean) =>
      node.answer(async () => {
        narrowCurrent('user'); // and what was read may be used in the making
        return node.values.getOrMake(`v ${isSelfContained}`, { isSelfContained }, () => asker.user);
      }, node.recorder(asker));
    expect([await readAs(ada, false), await readAs(bob, false)]).toEqual(['ada', 'bob']);
    expect([await readAs(ada, true), await readAs(bob, true)]).toEqual(['ada', 'ada']);
  });

  it('is not kept when nobody is known to ask and it looked at the asker all the same', async () => {
    const node = await new ValueNode().start();
    let made = 0;
    const read = () =>
      recordReads(new ReadsRecorder(node.fence.reached), () =>
        node.values.getOrMake('v 1', {}, () => {
          narrowCurrent('role');
          return (made += 1);
        }),
      );
    expect([await read(), await read()]).toEqual([1, 2]);
  });

  it('that cannot be kept exactly is made each time, and that is told once', async () => {
    const node = await new ValueNode().start();
    let made = 0;
    const read = (key: string) =>
      node.answer(() => node.values.getOrMake(key, {}, () => ({ at: new URL(`http://shop/${made++}`) })));
    await read('Shop.home 1');
    await read('Shop.home 1');
    await read('Shop.home 2');
    expect([made, node.inexact]).toEqual([3, ['Shop.home']]);
  });
});

describe('what is made around a cached value', () => {
  it('depends on what the value has read, whether it was made or found', async () => {
    const node = await new ValueNode().start();
    const read = () => node.values.getOrMake('v 1', { tags: ['t'] }, () => readRow('products', '1'));
    for (const expected of ['made', 'found']) {
      const outer = node.recorder();
      await node.answer(read, outer);
      expect([expected, outer.dependencies.tags, outer.dependencies.reads.length]).toEqual([
        expected,
        ['t'],
        1,
      ]);
      expect(node.isTrue(outer)).toBe(true);
      await node.change('products', '1');
      expect(node.isTrue(outer)).toBe(false);
      await node.answer(read);
    }
  });

  it('is shared as little as the value, whether it was made or found', async () => {
    const node = await new ValueNode().start();
    const read = () => node.values.getOrMake('v 1', {}, () => narrowCurrent('user'));
    for (let time = 0; time < 2; time += 1) {
      const outer = node.recorder(ada);
      await node.answer(read, outer);
      expect(outer.scope).toBe('user');
    }
  });

  it('keeps its own place in the log: an old part dies of later writes, and does not date the rest back', async () => {
    const node = await new ValueNode().start();
    const part = () => node.values.getOrMake('v 1', {}, () => readRow('categories', '1'));
    await node.answer(part);
    await node.change('products', '1'); // since the part was born, and before the whole reads it
    const outer = node.recorder();
    await node.answer(async () => {
      readRow('products', '1');
      await part();
    }, outer);
    expect(node.isTrue(outer)).toBe(true);
    await node.change('categories', '1');
    expect(node.isTrue(outer)).toBe(false);
  });

  it('dies of a write that comes between its beginning and its use of a part, as the part does', async () => {
    const node = await new ValueNode().start();
    let version = 1;
    const part = () =>
      node.values.getOrMake('v 1', {}, () => {
        readRow('categories', '1');
        return version;
      });
    await node.answer(part);
    const outer = node.recorder();
    version = 2;
    await node.change('categories', '1');
    expect(await node.answer(part, outer)).toBe(2);
    // It is true, but its place in the log is before the write: the safe side.
    expect(node.isTrue(outer)).toBe(false);
  });

  it('is believed no longer than the value, whether it was made, found or not kept at all', async () => {
    const node = await new ValueNode().start();
    const read = () => node.values.getOrMake('v 1', { ttl: fixed }, () => 1);
    const made = node.recorder();
    await node.answer(read, made);
    node.nowMs += 400;
    const found = node.recorder();
    await node.answer(read, found);
    const inexact = node.recorder();
    await node.answer(() => node.values.getOrMake('v 2', { ttl: fixed }, () => Symbol('s')), inexact);
    const [madeLeft = 0, foundLeft = 0, inexactLeft = 0] = [made, found, inexact].map(
      ({ window }) => window.freshUntilMs - node.nowMs,
    );
    expect([madeLeft, foundLeft, inexactLeft]).toEqual([600, 600, 1_000]);
  });

  it('hears of what a making has read that failed', async () => {
    const node = await new ValueNode().start();
    const outer = node.recorder();
    const failing = node.answer(
      () =>
        node.values.getOrMake('v 1', {}, () => {
          readRow('products', '1');
          throw new Error('no price');
        }),
      outer,
    );
    await expect(failing).rejects.toThrow('no price');
    expect(outer.dependencies.reads).toHaveLength(1);
  });

  it('is never older than the last write, in any order of reads, nested parts and writes', async () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('write' as const), row: fc.nat(3) }) },
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('read' as const), row: fc.nat(3) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('both' as const), row: fc.nat(3) }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.array(fc.nat(3), { maxLength: 20 }),
        async (steps, racing) => {
          const node = await new ValueNode().start();
          const rows = [0, 0, 0, 0];
          const write = async (row: number) => {
            rows[row] = (rows[row] ?? 0) + 1;
            await node.change('rows', String(row));
          };
          const load = async (row: number): Promise<number> => {
            readRow('rows', String(row));
            const seen = rows[row] ?? 0;
            const race = racing.pop(); // somebody writes while the value is on its way
            if (race !== undefined) await write(race);
            return seen;
          };
          const one = (row: number) => node.values.getOrMake(`row ${row}`, {}, () => load(row));
          const pair = (row: number) =>
            node.values.getOrMake(`pair ${row}`, {}, async () => [await one(row), await one((row + 1) % 4)]);
          for (const { kind, row } of steps) {
            if (kind === 'write') await write(row);
            const least = [rows[row] ?? 0, rows[(row + 1) % 4] ?? 0];
            if (kind === 'read')
              expect(await node.answer(() => one(row))).toBeGreaterThanOrEqual(least[0] ?? 0);
            if (kind !== 'both') continue;
            const [first = -1, second = -1] = await node.answer(() => pair(row));
            expect(first).toBeGreaterThanOrEqual(least[0] ?? 0);
            expect(second).toBeGreaterThanOrEqual(least[1] ?? 0);
          }
        },
      ),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe('many who want the same value at once', () => {
  it('wait for one making, and share its outcome', async () => {
    const node = await new ValueNode().start();
    let made = 0;
    const read = () =>
      node.answer(() =>
        node.values.getOrMake('v 1', {}, async () => {
          await Promise.resolve();
          return (made += 1);
        }),
      );
    expect(await Promise.all(Array.from({ length: 50 }, read))).toEqual(Array.from({ length: 50 }, () => 1));
  });

  it('do not take the outcome of a flight that a write has overtaken', async () => {
    const node = await new ValueNode().start();
    const gate = Promise.withResolvers<void>();
    const hasRead = Promise.withResolvers<void>();
    let version = 1;
    const read = () =>
      node.answer(() =>
        node.values.getOrMake('v 1', {}, async () => {
          readRow('products', '1');
          const seen = version;
          hasRead.resolve();
          await gate.promise;
          return seen;
        }),
      );
    const leader = read();
    await hasRead.promise;
    version = 2;
    await node.change('products', '1');
    const follower = read();
    gate.resolve();
    expect([await leader, await follower]).toEqual([1, 2]);
  });

  it('do not wait for each other any more where the value is nobody else’s', async () => {
    const node = await new ValueNode().start();
    let underWay = 0;
    let most = 0;
    const read = () =>
      node.answer(() =>
        node.values.getOrMake('v 1', {}, async () => {
          narrowCurrent('unshared');
          most = Math.max(most, (underWay += 1));
          await Promise.resolve();
          underWay -= 1;
        }),
      );
    await read();
    await Promise.all([read(), read(), read()]);
    expect(most).toBe(3);
  });

  it('try it themselves when the first of them fails', async () => {
    const node = await new ValueNode().start();
    let made = 0;
    const read = () =>
      node.answer(() =>
        node.values.getOrMake('v 1', {}, async () => {
          await Promise.resolve();
          if ((made += 1) === 1) throw new Error('once');
          return made;
        }),
      );
    expect(await Promise.allSettled([read(), read()])).toEqual([
      expect.objectContaining({ status: 'rejected' }),
      { status: 'fulfilled', value: 2 },
    ]);
  });

  it('do not wait for themselves where a value needs itself', async () => {
    const node = await new ValueNode().start();
    let depth = 0;
    const read = (): Promise<number> =>
      node.values.getOrMake('v 1', {}, async () => ((depth += 1) < 3 ? read() : depth));
    expect(await node.answer(read)).toBe(3);
  });
});

describe('a value’s age', () => {
  it('ends by its strategy, and what holds nothing ends sooner', async () => {
    const node = await new ValueNode().start();
    let made = 0;
    const ttl = { ...fixed, negativeTtlMs: 100 };
    const read = (key: string, value: unknown) =>
      node.answer(() =>
        node.values.getOrMake(key, { ttl }, () => {
          made += 1;
          return value;
        }),
      );
    for (const [key, value] of [
      ['full', 1],
      ['null', null],
      ['none', []],
    ] as const)
      await read(key, value);
    node.nowMs += 500;
    for (const [key, value] of [
      ['full', 1],
      ['null', null],
      ['none', []],
    ] as const)
      await read(key, value);
    expect(made).toBe(5);
    node.nowMs += 600;
    await read('full', 1);
    expect(made).toBe(6);
  });

  it('may be stretched while it is refreshed and while its successor fails, but never past a write', async () => {
    const node = await new ValueNode().start();
    const ttl = { ...fixed, staleWhileRevalidateMs: 1_000, staleIfErrorMs: 10_000 };
    let isBroken = false;
    let made = 0;
    const read = () =>
      node.answer(() =>
        node.values.getOrMake('v 1', { ttl }, () => {
          readRow('rates', '1');
          if (isBroken) throw new Error('the bank is closed');
          return (made += 1);
        }),
      );
    await read();
    node.nowMs += 1_500;
    expect(await read()).toBe(1); // and refreshed behind it
    await Promise.resolve();
    expect(await read()).toBe(2);
    isBroken = true;
    node.nowMs += 5_000;
    expect(await read()).toBe(2);
    await node.change('rates', '1');
    await expect(read()).rejects.toThrow('the bank is closed');
  });
  it('is not waited out: one of its readers has it made anew before, by chance', async () => {
    const node = await new ValueNode().start();
    let made = 0;
    const read = () =>
      node.answer(() =>
        node.values.getOrMake('v 1', { ttl: fixed }, () => {
          node.nowMs += 100;
          return (made += 1);
        }),
      );
    await read();
    node.nowMs += 800;
    node.random = 0.99;
    expect([await read(), made]).toEqual([1, 1]);
    node.random = 0.01;
    expect([await read(), made]).toEqual([1, 2]);
    expect(await read()).toBe(2);
  });

  it('does not keep a reader waiting for long who may have it aged', async () => {
    const node = await new ValueNode().start();
    const ttl = { ...fixed, staleIfErrorMs: 10_000 };
    let next: Promise<string> = Promise.resolve('old');
    const read = () => node.answer(() => node.values.getOrMake('v 1', { ttl }, () => next));
    await read();
    node.nowMs += 1_500;
    const { promise, resolve } = Promise.withResolvers<string>();
    next = promise;
    expect(await read()).toBe('old');
    resolve('new');
    await turn();
    expect(await read()).toBe('new');
  });

  it('is of no concern to a reader who has waited as long as it wants to', async () => {
    const node = await new ValueNode().start();
    const { promise, resolve } = Promise.withResolvers<number>();
    const read = (timeoutMs: number) =>
      node.answer(() => node.values.getOrMake('v 1', { timeoutMs }, () => promise));
    await expect(read(1)).rejects.toMatchObject({ code: 'DEADLINE_PASSED' });
    resolve(7);
    expect(await read(10_000)).toBe(7);
  });
});

describe('values of several nodes', () => {
  it('are made by one of them', async () => {
    const shared = sharedMap();
    const [one, other] = [await new ValueNode(shared).start(), await new ValueNode(shared).start()];
    const made: string[] = [];
    const readOn = (node: ValueNode, name: string) =>
      node.answer(() =>
        node.values.getOrMake('v 1', {}, () => {
          readRow('products', '1');
          made.push(name);
          return { at: new Date(5), by: name };
        }),
      );
    await readOn(one, 'one');
    expect(await readOn(other, 'other')).toEqual({ at: new Date(5), by: 'one' });
    await other.change('products', '1');
    expect(await readOn(other, 'other')).toEqual({ at: new Date(5), by: 'other' });
    expect(made).toEqual(['one', 'other']);
  });

  it('give the lease back when the making fails', async () => {
    const shared = sharedMap();
    const node = await new ValueNode(shared).start();
    const failing = node.answer(() =>
      node.values.getOrMake('v 1', {}, () => {
        throw new Error('no');
      }),
    );
    await expect(failing).rejects.toThrow('no');
    expect(shared.isClaimed).toBe(false);
  });

  it('that cannot be read here are made here', async () => {
    const shared = sharedMap();
    shared.values.set('value v 1/public', Buffer.from('{"version":1,"form":"binary"}\nno such thing'));
    const node = await new ValueNode(shared).start();
    expect(
      await node.answer(() => node.values.getOrMake('v 1', {}, () => 1), node.recorder(anonymousAsker)),
    ).toBe(1);
  });
});
