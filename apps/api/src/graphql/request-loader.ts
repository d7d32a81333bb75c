/** Collects the keys that the resolvers of one request ask for into one load each tick, and asks for none twice. */
import { currentReads, type ReadsRecorder } from '@app/caching';
import DataLoader from 'dataloader';
import type { GraphContext } from './graph-context.js';

/**
 * What the loaders of one operation hold, by recorder and loader. Parts of an answer that are cached by themselves have a
 * recorder each: a row that was loaded for another part would be missing among the rows that this one depends on.
 */
const loadedIn = new WeakMap<GraphContext, Map<ReadsRecorder | undefined, Map<object, unknown>>>();

/** What a loader holds for one operation, made at its first use. */
export function perOperation<Held>(context: GraphContext, loader: object, create: () => Held): Held {
  const ofContext = entryOf(
    loadedIn,
    context,
    () => new Map<ReadsRecorder | undefined, Map<object, unknown>>(),
  );
  const held = entryOf(ofContext, currentReads(), () => new Map<object, unknown>());
  return entryOf(held, loader, create) as Held;
}

interface Entries<Key, Value> {
  has(key: Key): boolean;
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
}

function entryOf<Key, Value>(entries: Entries<Key, Value>, key: Key, create: () => Value): Value {
  if (!entries.has(key)) entries.set(key, create());
  return entries.get(key) as Value;
}

/** A mutation that changed rows forgets all, so that its own selection and those of the next ones read them anew. */
export function forgetLoaded(context: GraphContext): void {
  loadedIn.delete(context);
}

export abstract class RequestLoader<Value, Key extends string = string> {
  /** One statement for all keys; a key that is not in the map is answered by `missing`. */
  protected abstract loadMany(keys: readonly Key[]): Promise<ReadonlyMap<string, Value>>;
  protected abstract missing(key: Key): Value;

  load(context: GraphContext, key: Key): Promise<Value> {
    return perOperation(context, this, () => this.#create(context)).load(key);
  }

  /** What the same operation has read otherwise needs not be read again. */
  prime(context: GraphContext, key: Key, value: Value): void {
    perOperation(context, this, () => this.#create(context)).prime(key, value);
  }

  #create({ isLive }: GraphContext): DataLoader<Key, Value> {
    return new DataLoader<Key, Value>(
      async (keys) => {
        const found = await this.loadMany(keys);
        return keys.map((key) => found.get(key) ?? this.missing(key));
      },
      { cache: !isLive },
    );
  }
}

/** Rows of one kind by their ids; undefined for an id that has none. */
export class RowLoader<Row extends { readonly id: string }> extends RequestLoader<Row | undefined> {
  constructor(private readonly readByIds: (ids: readonly string[]) => Promise<readonly Row[]>) {
    super();
  }

  protected async loadMany(ids: readonly string[]): Promise<ReadonlyMap<string, Row>> {
    return keyBy(await this.readByIds(ids), ({ id }) => id);
  }

  protected missing(): undefined {
    return undefined;
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
