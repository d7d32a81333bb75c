/** Collects the keys that the resolvers of one request ask for into one load each tick, and asks for none twice. */
import DataLoader from 'dataloader';
import type { GraphContext } from './graph-context.js';

export abstract class RequestLoader<Value, Key extends string = string> {
  readonly #loaders = new WeakMap<GraphContext, DataLoader<Key, Value>>();

  /** One statement for all keys; a key that is not in the map is answered by `missing`. */
  protected abstract loadMany(keys: readonly Key[]): Promise<ReadonlyMap<string, Value>>;
  protected abstract missing(key: Key): Value;

  load(context: GraphContext, key: Key): Promise<Value> {
    return this.#in(context).load(key);
  }

  #in(context: GraphContext): DataLoader<Key, Value> {
    const known = this.#loaders.get(context);
    if (known !== undefined) return known;
    const loader = new DataLoader<Key, Value>(
      async (keys) => {
        const found = await this.loadMany(keys);
        return keys.map((key) => found.get(key) ?? this.missing(key));
      },
      { cache: !context.isLive },
    );
    this.#loaders.set(context, loader);
    return loader;
  }

  /** A mutation that changed rows forgets them, so that its own selection reads them anew. */
  clear(context: GraphContext): void {
    this.#loaders.get(context)?.clearAll();
  }
}

export function keyBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row> {
  return new Map(rows.map((row) => [keyOf(row), row]));
}

export function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
