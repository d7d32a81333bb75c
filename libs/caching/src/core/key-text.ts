/** One text for equal arguments, so that they can be part of a key; none for what cannot be told apart by looking at it. */
import { isWatched } from './scope.js';

/** Objects and values that a key may consist of. What is larger costs more to write down than to make again. */
const mostParts = 10_000;

/** Undefined when the values do not fit into a key. */
export function keyText(values: readonly unknown[]): string | undefined {
  try {
    return new KeyWriter().list(values);
  } catch (error) {
    if (error instanceof NotAKey) return undefined;
    throw error;
  }
}

class NotAKey extends Error {}

class KeyWriter {
  #parts = 0;
  readonly #around = new Set<object>();

  list(values: readonly unknown[]): string {
    return `[${Array.from(values, (value) => this.#text(value)).join()}]`;
  }

  #text(value: unknown): string {
    this.#parts += 1;
    if (this.#parts > mostParts) throw new NotAKey();
    switch (typeof value) {
      case 'string':
        return JSON.stringify(value);
      case 'boolean':
      case 'undefined':
        return String(value);
      case 'number':
        return Object.is(value, -0) ? '-0' : String(value);
      case 'bigint':
        return `${value}n`;
      case 'object':
        return value === null ? 'null' : this.#within(value, () => this.#object(value));
      case 'function':
      case 'symbol':
        throw new NotAKey();
    }
  }

  #within(value: object, write: () => string): string {
    // To list its properties would be to read them all.
    if (this.#around.has(value) || isWatched(value)) throw new NotAKey();
    this.#around.add(value);
    const text = write();
    this.#around.delete(value);
    return text;
  }

  #object(value: object): string {
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (prototype === Array.prototype) return this.list(value as unknown[]);
    if (prototype === Date.prototype) return `Date(${(value as Date).getTime()})`;
    if (prototype === Map.prototype) return `Map${this.list([...(value as Map<unknown, unknown>)])}`;
    if (prototype === Set.prototype) return `Set${this.list([...(value as Set<unknown>)])}`;
    if (prototype === Object.prototype || prototype === null) return this.#properties(value);
    if (hidesState(prototype)) throw new NotAKey();
    return `${prototype.constructor.name}${this.#properties(value)}`;
  }

  #properties(value: object): string {
    const texts = Reflect.ownKeys(value).map((key) => {
      const property = Object.getOwnPropertyDescriptor(value, key);
      if (typeof key === 'symbol' || property === undefined || !('value' in property)) throw new NotAKey();
      return `${JSON.stringify(key)}:${this.#text(property.value)}`;
    });
    return `{${texts.toSorted().join()}}`;
  }
}

const hiding = new WeakMap<object, boolean>();

/** Classes of the language, and those with `#private` members, hold what no list of properties shows. */
function hidesState(prototype: object): boolean {
  const known = hiding.get(prototype);
  if (known !== undefined) return known;
  let hides = false;
  for (let at: object | null = prototype; at !== null && at !== Object.prototype;) {
    const source = Function.prototype.toString.call(at.constructor);
    hides ||= source.includes('[native code]') || /#[\w$]/.test(source);
    at = Object.getPrototypeOf(at) as object | null;
  }
  hiding.set(prototype, hides);
  return hides;
}
