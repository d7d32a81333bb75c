import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SharedItems } from '../testing/shared-items.js';
import { rowRead, ValueNode } from '../testing/value-node.js';
import type { EntityKind } from './entity-loader.js';
import { endless } from './freshness.js';
import { currentReads, ReadsRecorder, recordReads } from './reads-recorder.js';

class Product {
  constructor(
    readonly id: string,
    public name: string,
  ) {}
}

/** A table of products, whose statement notes what it reads as a real one does. */
class Products {
  readonly names = new Map([
    ['1', 'Chair'],
    ['2', 'Table'],
    ['3', 'Lamp'],
  ]);
  readonly batches: (readonly string[])[] = [];
  /** What happens while the statement runs. */
  meanwhile: () => unknown = () => undefined;

  readonly kind: EntityKind<Product> = {
    name: 'Product',
    by: 'products.id',
    classes: [Product],
    load: async (ids) => {
      this.batches.push(ids);
      currentReads()?.read([
        { table: 'products', where: [{ column: 'id', values: ids }], columns: ['id', 'name'] },
      ]);
      const found = new Map<string, Product>();
      for (const id of ids) {
        const name = this.names.get(id);
        if (name !== undefined) found.set(id, new Product(id, name));
      }
      await this.meanwhile();
      return found;
    },
  };
}

async function scene(shared?: SharedItems) {
  const node = await new ValueNode(shared).start();
  const products = new Products();
  const loader = node.entities.loader(products.kind);
  return {
    node,
    products,
    loader,
    get: (...ids: string[]) => node.answer(() => loader.getMany(ids)),
    insert: (id: string) =>
      node.log.append({ changes: [{ kind: 'insert', table: 'products', after: { id } }], tags: [] }),
  };
}

/** A loading that goes on when it is told to. */
async function underWay() {
  const begun = await scene();
  const { promise, resolve } = Promise.withResolvers<void>();
  begun.products.meanwhile = () => promise;
  const first = begun.get('1', '2');
  await new Promise(setImmediate);
  return { ...begun, first, go: resolve };
}

/** What is kept of a loading in which something happens: nothing, if it loads twice. */
async function loadedTwice(meanwhile: () => unknown) {
  const { node, products, get } = await scene();
  products.meanwhile = meanwhile;
  for (let time = 0; time < 2; time += 1) await get('1', '2');
  return { node, batches: products.batches };
}

describe('entities that are loaded', () => {
  it('are loaded by one call for all that are not there, each once', async () => {
    const { products, get } = await scene();
    await get('1', '2', '1');
    expect(await get('1', '2', '3')).toEqual(
      new Map(['1', '2', '3'].map((id) => [id, new Product(id, products.names.get(id) ?? '')])),
    );
    expect(products.batches).toEqual([['1', '2'], ['3']]);
  });

  it('are ended one by one: a change costs the one row that it is of', async () => {
    const { node, products, get } = await scene();
    await get('1', '2', '3');
    products.names.set('2', 'Desk');
    await node.change('products', '2');
    expect((await get('1', '2', '3')).get('2')?.name).toBe('Desk');
    expect(products.batches).toEqual([['1', '2', '3'], ['2']]);
  });

  it('are remembered as missing until they come to be', async () => {
    const { products, get, insert } = await scene();
    expect([...(await get('1', '9')).keys()]).toEqual(['1']);
    expect([...(await get('1', '9')).keys()]).toEqual(['1']);
    expect(products.batches).toHaveLength(1);
    products.names.set('9', 'Shelf');
    await insert('8');
    await get('9');
    expect(products.batches).toHaveLength(1);
    await insert('9');
    expect((await get('9')).get('9')).toEqual(new Product('9', 'Shelf'));
    expect(products.batches).toEqual([['1', '9'], ['9']]);
  });

  it('are instances of their class, and the caller’s own', async () => {
    const { get } = await scene();
    for (const row of (await get('1')).values()) row.name = 'mine';
    for (let use = 0; use < 2; use += 1) {
      const row = (await get('1')).get('1');
      expect(row).toEqual(new Product('1', 'Chair'));
      expect(row).toBeInstanceOf(Product);
      if (row !== undefined) row.name = 'mine';
    }
  });

  it('are not kept when a write falls into their loading, while the others of their batch are', async () => {
    const { node, products, get } = await scene();
    products.meanwhile = () => node.change('products', '2');
    await get('1', '2');
    products.meanwhile = () => undefined;
    await get('1', '2');
    expect(products.batches).toEqual([['1', '2'], ['2']]);
  });

  it('live no longer than their time', async () => {
    const { node, products, get } = await scene();
    await get('1');
    node.nowMs += 3_600_000;
    await get('1');
    expect(products.batches).toHaveLength(2);
  });

  it('are passed by where nobody notes what is read, by mutations, and while the log is away', async () => {
    const { node, products, loader, get } = await scene();
    await get('1');
    await loader.getMany(['1']);
    const mutation = new ReadsRecorder(0, { passesCaches: true });
    await recordReads(mutation, () => loader.getMany(['1']));
    await node.log.close();
    await get('1');
    expect(products.batches).toHaveLength(4);
  });
});

describe('entities that are read and written in any order', () => {
  it('are never older than the last write, and never missing that are there', async () => {
    const ids = ['1', '2', '3', '4'];
    const id = fc.constantFrom(...ids);
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('write', 'remove'), ids: fc.tuple(id) }) },
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('read'), ids: fc.array(id, { minLength: 1 }) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.array(id), async (steps, racing) => {
        const { node, products, get, insert } = await scene();
        const write = async (written: string) => {
          const isNew = !products.names.has(written);
          products.names.set(written, `${products.names.get(written) ?? ''}+`);
          await (isNew ? insert(written) : node.change('products', written));
        };
        // Somebody writes while rows are on their way.
        products.meanwhile = () => (racing.length === 0 ? undefined : write(racing.pop() ?? ''));
        for (const { kind, ids: asked } of steps) {
          if (kind === 'write') await write(asked[0] ?? '');
          if (kind === 'remove' && products.names.delete(asked[0] ?? '')) {
            const change = { kind: 'delete' as const, table: 'products', before: { id: asked[0] } };
            await node.log.append({ changes: [change], tags: [] });
          }
          if (kind !== 'read') continue;
          const before = new Map(products.names);
          const got = await get(...asked);
          // A row may be younger than the question, by a write that raced it.
          for (const one of asked)
            expect([before.get(one), products.names.get(one)]).toContain(got.get(one)?.name);
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe('an answer that includes entities', () => {
  it('depends on each of them, told as one read, and lives as long as without them', async () => {
    const { node, get, loader } = await scene();
    await get('1', '2');
    node.nowMs += 1_000;
    await get('3');
    const recorder = node.recorder();
    await node.answer(() => loader.getMany(['1', '2', '3']), recorder);
    expect(recorder.dependencies.reads).toEqual([
      { table: 'products', where: [{ column: 'id', values: ['1', '2', '3'] }], columns: ['id', 'name'] },
    ]);
    expect(recorder.scope).toBe('public');
    expect(recorder.window).toBe(endless);
    await node.change('products', '4');
    expect(node.isTrue(recorder)).toBe(true);
    await node.change('products', '3');
    expect(node.isTrue(recorder)).toBe(false);
  });
});

describe('entities that somebody loads already', () => {
  it('are waited for, and only the others are loaded', async () => {
    const { products, get, first, go } = await underWay();
    const second = get('2', '3');
    go();
    expect([...(await second).keys()].toSorted()).toEqual(['2', '3']);
    await first;
    expect(products.batches).toEqual([['1', '2'], ['3']]);
  });

  it('are loaded anew when a write has overtaken them', async () => {
    const { node, products, get, first, go } = await underWay();
    products.names.set('2', 'Desk');
    await node.change('products', '2');
    const second = get('1', '2');
    go();
    expect((await second).get('2')?.name).toBe('Desk');
    await first;
    expect(products.batches).toEqual([['1', '2'], ['2']]);
  });

  it('are loaded anew when their loading fails, whose error is the other’s alone', async () => {
    const { products, get } = await scene();
    products.meanwhile = () => {
      products.meanwhile = () => undefined;
      throw new Error('away');
    };
    const [first, second] = await Promise.allSettled([get('1'), get('1')]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
  });

  it('are not waited for within another loading: two would wait for one another', async () => {
    const { node, products, loader } = await scene();
    products.meanwhile = () => {
      products.meanwhile = () => undefined;
      return loader.getMany(['1']);
    };
    expect((await node.answer(() => loader.getMany(['1']))).size).toBe(1);
  });
});

describe('entities of several nodes', () => {
  it('are looked for in one round trip, and given to the others at their second use', async () => {
    const shared = new SharedItems();
    const [one, other] = [await scene(shared), await scene(shared)];
    for (let use = 0; use < 2; use += 1) await one.get('1', '2', '9');
    shared.roundTrips = 0;
    const got = await other.get('1', '2', '3', '9');
    expect([...got.keys()].toSorted()).toEqual(['1', '2', '3']);
    expect(got.get('2')).toBeInstanceOf(Product);
    expect(other.products.batches).toEqual([['3']]);
    expect(shared.roundTrips).toBe(1);
    for (let use = 0; use < 2; use += 1) await other.get('1', '2', '3', '9');
    expect(shared.roundTrips).toBe(2); // the third is shared, once
  });

  it('are not taken when this node knows of a later write', async () => {
    const shared = new SharedItems();
    const [one, other] = [await scene(shared), await scene(shared)];
    for (let use = 0; use < 2; use += 1) await one.get('1', '2');
    await other.node.change('products', '1');
    await other.get('1', '2');
    expect(other.products.batches).toEqual([['1']]);
  });

  it('are not taken of another format', async () => {
    const shared = new SharedItems();
    const [one, other] = [await scene(shared), await scene(shared)];
    for (let use = 0; use < 2; use += 1) await one.get('1', '2');
    const [first, second] = [...shared.items.keys()];
    shared.items.set(first ?? '', Buffer.from('{"version":0}'));
    shared.items.set(second ?? '', Buffer.from('{'));
    await other.get('1', '2');
    expect(other.products.batches).toEqual([['1', '2']]);
  });
});

describe('entities are loaded each time', () => {
  const everyTime = [
    ['1', '2'],
    ['1', '2'],
  ];

  it.each(['role', 'tenant', 'user', 'unshared'] as const)(
    'when loading looks at the asker: %s',
    async (level) => {
      const { batches } = await loadedTwice(() => currentReads()?.lookedAt(level));
      expect(batches).toEqual(everyTime);
    },
  );

  it('when the question that loads has looked at what is the request’s alone', async () => {
    const { node, products, loader, get } = await scene();
    for (let time = 0; time < 2; time += 1) {
      const recorder = node.recorder();
      recorder.narrow('unshared');
      await node.answer(() => loader.getMany(['1']), recorder);
    }
    await get('1');
    expect(products.batches).toHaveLength(3);
  });

  it('but not when the question that loads has looked at the user, whom loading knows nothing of', async () => {
    const { node, products, loader, get } = await scene();
    const recorder = node.recorder({ role: 'customer', user: 'ada' });
    recorder.narrow('user');
    await node.answer(() => loader.getMany(['1']), recorder);
    await get('1');
    expect(products.batches).toHaveLength(1);
  });

  it('when loading depends on what is no row, or on what nobody can tell', async () => {
    const tagged = await loadedTwice(() => currentReads()?.dependOn(['rates']));
    const refused = await loadedTwice(() => currentReads()?.refuse('reads the clock'));
    expect([tagged.batches, refused.batches]).toEqual([everyTime, everyTime]);
  });

  it('when its reads cannot be told apart by key, which is told once', async () => {
    const { node, batches } = await loadedTwice(() =>
      currentReads()?.read([
        rowRead('shops', '1'),
        { table: 'shops', where: [{ column: 'id', values: ['1', '2'] }], columns: undefined },
      ]),
    );
    expect(batches).toEqual(everyTime);
    expect(node.unkept).toEqual(['Product']);
  });

  it('when a row is an instance of a class that was not named, which is told once', async () => {
    const { node, products } = await scene();
    const loader = node.entities.loader({ ...products.kind, name: 'Odd', classes: [] });
    for (let time = 0; time < 2; time += 1) await node.answer(() => loader.getMany(['1']));
    expect(products.batches).toHaveLength(2);
    expect(node.unkept).toEqual(['Odd']);
  });
});

describe('a kind of entities', () => {
  it('has a name of its own', async () => {
    const { node, products } = await scene();
    expect(() => node.entities.loader(products.kind)).toThrow('two kinds');
  });

  it('leaves nothing behind when it is thrown out of memory', async () => {
    const { node, get } = await scene();
    await get('1', '2', '9');
    expect(node.fence.size.cells).toBe(3);
    node.entityMemory.clear();
    expect(node.fence.size.cells).toBe(0);
  });
});
