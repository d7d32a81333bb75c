/** Writes values as text or bytes from which an equal value of its own is made, and refuses those that would come back changed. */
import { deserialize, serialize } from 'node:v8';

export type EncodedValue =
  { readonly form: 'json'; readonly text: string } | { readonly form: 'binary'; readonly bytes: Buffer };

export interface ValueCodec<T> {
  /** Undefined for a value that cannot be kept exactly. */
  encode(value: T): EncodedValue | undefined;
  /** A new value each time: who is given one may change it. */
  decode(encoded: EncodedValue): T;
}

/** JSON is the faster to read by far, so that it is taken where it says everything. */
type Fidelity = 'json' | 'binary' | 'none';

/**
 * Keeps what JSON keeps, and besides undefined, bigint, NaN, the infinities, −0, Date, Map, Set, bytes, gaps in arrays,
 * cycles and values that are referred to twice. Instances of classes, functions, symbols, accessors and objects without a
 * prototype would come back as something else.
 */
export const exactCodec: ValueCodec<unknown> = {
  encode(value) {
    const fidelity = new FidelityWalk().of(value);
    if (fidelity === 'none') return undefined;
    if (fidelity === 'json') return { form: 'json', text: JSON.stringify(value) };
    return { form: 'binary', bytes: serialize(value) };
  },
  decode(encoded) {
    return encoded.form === 'json' ? JSON.parse(encoded.text) : deserialize(encoded.bytes);
  },
};

class FidelityWalk {
  readonly #seen = new Set<object>();

  of(value: unknown): Fidelity {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return 'json';
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0) ? 'json' : 'binary';
      case 'undefined':
      case 'bigint':
        return 'binary';
      case 'object':
        return value === null ? 'json' : this.#ofObject(value);
      case 'function':
      case 'symbol':
        return 'none';
    }
  }

  #ofObject(value: object): Fidelity {
    if (this.#seen.has(value)) return 'binary'; // JSON would make two of it, or never end
    this.#seen.add(value);
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (prototype === Object.prototype) return this.#ofProperties(value);
    if (prototype === Array.prototype) return this.#ofArray(value as unknown[]);
    if (prototype === Map.prototype)
      return this.#ofItems([...(value as Map<unknown, unknown>)].flat(), value);
    if (prototype === Set.prototype) return this.#ofItems([...(value as Set<unknown>)], value);
    const leaves: (object | null)[] = [Date.prototype, Buffer.prototype, Uint8Array.prototype];
    return leaves.includes(prototype) && hasNothingElse(value) ? 'binary' : 'none';
  }

  #ofProperties(value: object): Fidelity {
    let fidelity: Fidelity = 'json';
    for (const key of Reflect.ownKeys(value)) {
      const property = Object.getOwnPropertyDescriptor(value, key);
      if (typeof key === 'symbol' || property?.enumerable !== true || !('value' in property)) return 'none';
      // JSON calls it instead of looking at the object.
      if (key === 'toJSON' && typeof property.value === 'function') return 'none';
      fidelity = lesser(fidelity, this.of(property.value));
      if (fidelity === 'none') return 'none';
    }
    return fidelity;
  }

  #ofArray(value: readonly unknown[]): Fidelity {
    const hasGaps = Object.keys(value).length !== value.length;
    const hasOthers = Reflect.ownKeys(value).some((key) => key !== 'length' && !isIndex(key, value.length));
    if (hasOthers) return 'none';
    let fidelity: Fidelity = hasGaps ? 'binary' : 'json';
    for (const item of value) fidelity = lesser(fidelity, this.of(item));
    return fidelity;
  }

  #ofItems(items: readonly unknown[], holder: object): Fidelity {
    if (Reflect.ownKeys(holder).length > 0) return 'none';
    return items.every((item) => this.of(item) !== 'none') ? 'binary' : 'none';
  }
}

function isIndex(key: string | symbol, length: number): boolean {
  return typeof key === 'string' && String(Number(key)) === key && Number(key) < length;
}

/** Bytes have a key for each of them. */
function hasNothingElse(value: object): boolean {
  return value instanceof Date ? Reflect.ownKeys(value).length === 0 : isOnlyBytes(value as Uint8Array);
}

function isOnlyBytes(bytes: Uint8Array): boolean {
  return Object.keys(bytes).length === bytes.length && Object.getOwnPropertySymbols(bytes).length === 0;
}

function lesser(one: Fidelity, other: Fidelity): Fidelity {
  if (one === 'none' || other === 'none') return 'none';
  return one === 'binary' || other === 'binary' ? 'binary' : 'json';
}
