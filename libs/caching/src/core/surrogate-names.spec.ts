import { describe, expect, it } from 'vitest';
import { Fence } from './fence.js';
import { surrogateKeys, tagsToPurge, type SurrogateVendor } from './http/surrogate-keys.js';
import type { RowChange, RowImage } from './row-change.js';
import { changeMatters } from './row-match.js';
import type { RowRead } from './row-read.js';
import { namesOfAnswer, namesToPurge, widerName } from './surrogate-names.js';

const none: ReadonlySet<string> = new Set();
const read = (where: Readonly<Record<string, readonly string[]>>, columns?: readonly string[]): RowRead => ({
  table: 'products',
  where: Object.entries(where).map(([column, values]) => ({ column, values })),
  columns,
});
const namesOf = (...reads: RowRead[]) => [...namesOfAnswer({ reads, tags: [] }, none)];
const purged = (...changes: RowChange[]) => [...tagsToPurge(namesToPurge({ changes, tags: [] }), widerName)];

describe(namesOfAnswer, () => {
  it('names rows by the column that tells them best, whatever else was read of them', () => {
    expect(namesOf(read({ id: ['7', '8'] }, ['name']), read({ id: ['7'] }, ['price_minor']))).toEqual([
      'products:whole',
      'products:id=7',
      'products:id=8',
    ]);
    expect(namesOf(read({ category_id: ['5'], id: ['7', '8'] }))).not.toContain('products:category_id=5');
    expect(namesOf(read({ category_id: ['5'], brand_id: ['1', '2'] }))).toContain('products:category_id=5');
  });

  it('names by the table what no such column restricts, or more values than are worth naming', () => {
    expect(namesOf(read({ status: ['active'] }))).toEqual(['products:whole', 'products']);
    const many = Array.from({ length: 101 }, (_, at) => String(at));
    expect(namesOf(read({ id: many }))).toEqual(['products:whole', 'products']);
  });

  it('names nothing by a column that changes do not carry', () => {
    const names = namesOfAnswer({ reads: [read({ slug: ['lamp'] })], tags: [] }, new Set(['products.slug']));
    expect([...names]).toEqual(['products:whole', 'products']);
  });
});

describe(namesToPurge, () => {
  it('names the row as it was and as it is, by what identifies it', () => {
    const change: RowChange = {
      kind: 'update',
      table: 'products',
      before: { id: 7, category_id: 5, name: 'Lamp', price_minor: 100 },
      after: { id: 7, category_id: 6, name: 'Lamp', price_minor: 90 },
      changed: ['category_id', 'price_minor'],
    };
    expect(purged(change)).toEqual([
      'products',
      'products:id=7',
      'products:category_id=5',
      'products:category_id=6',
    ]);
  });

  it('ends all of a table whose rows are not told', () => {
    expect(purged({ kind: 'table', table: 'products' })).toEqual(['products:whole', 'products']);
    expect(purged({ kind: 'insert', table: 'products', after: { id: 2 ** 60 } })).toContain('products:whole');
  });

  it('ends declared tags', () => {
    expect([...namesToPurge({ changes: [], tags: ['prices'] })]).toEqual(['tag:prices']);
  });
});

/** mulberry32 */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const columns = ['id', 'category_id', 'sku', 'status', 'is_active', 'price_minor', 'shopId'] as const;
const vendors: readonly SurrogateVendor[] = ['fastly', 'cloudflare', 'cloudfront', 'varnish', 'cache-groups'];

class Shop {
  constructor(private readonly random: () => number) {}

  #below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  #value(column: string): unknown {
    if (this.random() < 0.05) return null;
    if (column === 'sku') return ['A 1', 'Ä-2', 'c,3', 'x'.repeat(300)][this.#below(4)];
    if (column === 'status') return ['active', 'old'][this.#below(2)];
    if (column === 'is_active') return this.random() < 0.5;
    // JSON has rounded some.
    return this.random() < 0.02 ? 2 ** 60 : this.#below(4);
  }

  row(): RowImage {
    const carried = columns.filter((column) => column === 'id' || this.random() > 0.02);
    return Object.fromEntries(carried.map((column) => [column, this.#value(column)]));
  }

  #table(): string {
    return ['products', 'reviews'][this.#below(2)] ?? '';
  }

  change(): RowChange {
    const table = this.#table();
    const kind = (['insert', 'delete', 'update', 'update', 'update', 'table'] as const)[this.#below(6)];
    if (kind === 'insert') return { kind, table, after: this.row() };
    if (kind === 'delete') return { kind, table, before: this.row() };
    if (kind !== 'update') return { kind: 'table', table };
    const before = this.row();
    const other = this.row();
    const changed = columns.filter((column) => this.random() < 0.3 && column in before && column in other);
    const after = { ...before, ...Object.fromEntries(changed.map((column) => [column, other[column]])) };
    return { kind, table, before, after, changed };
  }

  read(): RowRead {
    const where = columns.toSorted().flatMap((column) => {
      if (this.random() > 0.25) return [];
      const count = this.random() < 0.05 ? 150 : 1 + this.#below(2);
      const values = new Set(Array.from({ length: count }, () => this.#value(column)));
      const texts = Array.from(values).filter((value) => value !== null);
      return texts.length === 0 ? [] : { column, values: texts.map(String) };
    });
    const seen = columns.toSorted().filter(() => this.random() < 0.3);
    return { table: this.#table(), where, columns: this.random() < 0.2 ? undefined : seen };
  }
}

/** What the trigger leaves out it leaves out of every row; no answer may be named by any of these. */
const allButId: ReadonlySet<string> = new Set(
  ['products', 'reviews'].flatMap((table) => columns.slice(1).map((column) => `${table}.${column}`)),
);

function isToldWhole(change: RowChange): boolean {
  const images = [
    'before' in change ? change.before : undefined,
    'after' in change ? change.after : undefined,
  ].filter((image) => image !== undefined);
  return images.every((image) => columns.every((column) => column in image && image[column] !== 2 ** 60));
}

function movesFence(fence: Fence, reads: readonly RowRead[], change: RowChange): boolean {
  const bornAt = fence.reached;
  const cells = fence.hold({ reads, tags: [] });
  fence.apply({ changes: [change], tags: [] }, bornAt + 1);
  fence.reach(bornAt + 1);
  const isTrue = fence.isTrue({ bornAt, cells });
  fence.release(cells);
  return !isTrue;
}

describe('over random reads and changes', () => {
  it.each(vendors)('whatever ends the truth of an answer purges it at %s', (vendor) => {
    const random = seededRandom(20_261);
    const shop = new Shop(random);
    let fence = new Fence();
    let untrue = 0;
    for (let round = 0; round < 10_000; round += 1) {
      if (round % 50 === 0) fence = new Fence(); // it keeps every shape that it has seen
      const reads = Array.from({ length: 1 + Math.floor(random() * 3) }, () => shop.read());
      const change = shop.change();
      const isWhole = isToldWhole(change);
      // The fence takes what it is not told for a hit, also where another column of the row speaks against it.
      const isUntrue = isWhole
        ? movesFence(fence, reads, change)
        : reads.some((each) => changeMatters(each, change));
      if (!isUntrue) continue;
      untrue += 1;
      const names = namesOfAnswer({ reads, tags: [] }, isWhole ? none : allButId);
      const isPurged = carriesOneOf(vendor, names, new Set(purged(change)));
      expect(isPurged, JSON.stringify({ reads, change })).toBe(true);
    }
    expect(untrue).toBeGreaterThan(2_000);
  });
});

function carriesOneOf(
  vendor: SurrogateVendor,
  names: ReadonlySet<string>,
  purges: ReadonlySet<string>,
): boolean {
  const carried = surrogateKeys([vendor], names, widerName);
  const ended = new Set(
    Array.from(purges).flatMap((name) => {
      const one = surrogateKeys([vendor], [name], () => undefined);
      return one.kind === 'keyed' ? Object.values(one.headers) : [];
    }),
  );
  // What cannot be keyed is never stored.
  if (carried.kind === 'unkeyable') return true;
  return Object.values(carried.headers).some((value) => value.split(/, ?| /).some((key) => ended.has(key)));
}
