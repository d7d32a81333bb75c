import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteBudgetStore, entryOverheadBytes, type Removal } from './byte-budget-store.js';

const budgetBytes = 10_000;

/** A store whose removals are written down. */
function recordingStore() {
  const removals: [key: string, value: unknown, reason: Removal][] = [];
  const store = new ByteBudgetStore<unknown>({
    budgetBytes,
    onRemoved: (...removal) => removals.push(removal),
  });
  return { store, removals };
}

describe('a byte budget store', () => {
  it('returns what was set, also when that is a value that looks like nothing', () => {
    const { store } = recordingStore();
    for (const value of [0, '', false, null]) {
      store.set('key', value, 1);
      expect(store.get('key')).toBe(value);
      expect(store.peek('key')).toBe(value);
    }
    expect(store.get('another')).toBeUndefined();
  });

  it('counts the key, the value and the bookkeeping of every entry', () => {
    const { store } = recordingStore();
    store.set('four', {}, 100);
    expect(store.sizeBytes).toBe(4 + 100 + entryOverheadBytes);
    store.set('four', {}, 50);
    expect(store.sizeBytes).toBe(4 + 50 + entryOverheadBytes);
    store.set('ключ', {}, 50);
    expect(store.sizeBytes).toBe(4 + 8 + 100 + 2 * entryOverheadBytes);
  });

  it('refuses a value larger than a quarter of the budget, and gives up the older value of its key only', () => {
    const { store, removals } = recordingStore();
    store.set('other', 'stays', 10);
    store.set('key', 'old', 10);
    expect(store.set('key', 'huge', budgetBytes / 4)).toBe(false);
    expect(store.get('key')).toBeUndefined();
    expect(store.get('other')).toBe('stays');
    expect(removals).toEqual([['key', 'old', 'replaced']]);
  });

  it.each([-1, NaN, Infinity])('refuses a value of %d bytes', (sizeBytes) => {
    const { store } = recordingStore();
    expect(store.set('key', 'value', sizeBytes)).toBe(false);
    expect(store.sizeBytes).toBe(0);
  });

  it('says why a value has gone', () => {
    const { store, removals } = recordingStore();
    store.set('a', 1, 0);
    store.set('a', 2, 0);
    store.delete('a');
    store.set('b', 3, 0);
    store.clear();
    expect(removals).toEqual([
      ['a', 1, 'replaced'],
      ['a', 2, 'deleted'],
      ['b', 3, 'cleared'],
    ]);
    expect(store.delete('a')).toBe(false);
  });

  it('keeps what is used while strangers pass', () => {
    const { store } = recordingStore();
    store.set('used', 'here', 100);
    for (let stranger = 0; stranger < 1_000; stranger += 1) {
      store.get('used');
      store.set(`stranger ${stranger}`, {}, 100);
    }
    expect(store.peek('used')).toBe('here');
  });

  it('keeps the rank of a value that is replaced', () => {
    const { store } = recordingStore();
    store.set('used', 1, 100);
    store.get('used');
    for (let stranger = 0; stranger < 100; stranger += 1) {
      store.set('used', stranger, 100);
      store.set(`stranger ${stranger}`, {}, 100);
    }
    expect(store.peek('used')).toBe(99);
  });

  it('does not take a look for a use', () => {
    const { store } = recordingStore();
    store.set('seen', 1, 100);
    for (let stranger = 0; stranger < 100; stranger += 1) {
      store.peek('seen');
      expect([...store.entries()].length).toBe(store.count);
      store.set(`stranger ${stranger}`, {}, 100);
    }
    expect(store.peek('seen')).toBeUndefined();
  });

  it('forgets what it learned when it is cleared', () => {
    const { store } = recordingStore();
    const fill = (): string[] => {
      for (let key = 0; key < 200; key += 1) store.set(`${key % 70}`, key, 100);
      return [...store.entries()].map(([key]) => key);
    };
    const first = fill();
    store.clear();
    expect(store.sizeBytes).toBe(0);
    expect(fill()).toEqual(first);
  });
});

const key = fc.integer({ min: 0, max: 40 }).map(String);
const operation = fc.oneof(
  {
    weight: 100,
    arbitrary: fc.record({ kind: fc.constant('set'), key, sizeBytes: fc.integer({ min: 0, max: 3_000 }) }),
  },
  { weight: 100, arbitrary: fc.record({ kind: fc.constant('get'), key }) },
  { weight: 20, arbitrary: fc.record({ kind: fc.constant('delete'), key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear') }) },
);
type Operation = { kind: string; key?: string; sizeBytes?: number };

/** A plain map that forgets exactly what the store reports as removed, and so has to agree with it at all times. */
class Witness {
  readonly kept = new Map<string, { sizeBytes: number; value: object }>();
  readonly wrongReports: string[] = [];
  readonly store = new ByteBudgetStore<object>({
    budgetBytes,
    onRemoved: (removedKey, value, reason) => {
      if (this.kept.get(removedKey)?.value !== value) this.wrongReports.push(`${removedKey} ${reason}`);
      this.kept.delete(removedKey);
    },
  });

  /** What the store answered and what it should have answered. */
  apply({ kind, key: name = '', sizeBytes = 0 }: Operation): { answer: unknown; expected: unknown } {
    const before = this.kept.get(name)?.value;
    switch (kind) {
      case 'get':
        return { answer: this.store.get(name), expected: before };
      case 'delete':
        return { answer: this.store.delete(name), expected: before !== undefined };
      case 'clear':
        this.store.clear();
        return { answer: this.store.count, expected: 0 };
      default: {
        const value = {};
        const isKept = this.store.set(name, value, sizeBytes);
        if (isKept) this.kept.set(name, { sizeBytes, value });
        return { answer: this.store.peek(name), expected: isKept ? value : undefined };
      }
    }
  }

  sizeBytes(): number {
    let sum = 0;
    for (const [name, entry] of this.kept) sum += name.length + entry.sizeBytes + entryOverheadBytes;
    return sum;
  }
}

describe('whatever happens to a byte budget store', () => {
  it('its sizes add up below the budget, and each value is there until it is reported once', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 400 }), (operations) => {
        const witness = new Witness();
        const { store } = witness;
        for (const each of operations) {
          const { answer, expected } = witness.apply(each);
          expect(answer).toBe(expected);
          expect(store.sizeBytes).toBe(witness.sizeBytes());
          expect(store.sizeBytes).toBeLessThanOrEqual(budgetBytes);
          expect(store.count).toBe(witness.kept.size);
        }
        expect(witness.wrongReports).toEqual([]);
        expect(new Map(store.entries())).toEqual(
          new Map([...witness.kept].map(([name, entry]) => [name, entry.value])),
        );
      }),
      { seed: 20_231_023, numRuns: 200 },
    );
  });
});

describe('a byte budget store that a million different keys go through', () => {
  // A million takes a second or two, and far longer where other things run at the same time.
  it('holds no more memory in the end than at first', { timeout: 120_000 }, () => {
    const store = new ByteBudgetStore<object>({ budgetBytes: 1_000_000 });
    // The least of many looks, since between two collections the heap also holds what is only waiting for one.
    const leastHeapBytes = (from: number, to: number): number => {
      let least = Infinity;
      for (let number = from; number < to; number += 1) {
        store.set(`a key as long as keys are, number ${number}`, {}, 100);
        if (number % 5_000 === 0) least = Math.min(least, process.memoryUsage().heapUsed);
      }
      return least;
    };
    const first = leastHeapBytes(0, 200_000);
    const last = leastHeapBytes(200_000, 1_000_000);
    // A single number kept for each of the keys would already be more.
    expect(last - first).toBeLessThan(12_000_000);
    expect(store.sizeBytes).toBeLessThanOrEqual(1_000_000);
  });
});
