/** Takes rows apart into what JSON can say and nobody changes, and puts a new one together for each who asks. */

/** What a row may be an instance of. It is put together without its constructor, from its own properties. */
export type RowClass = abstract new (...parts: never[]) => object;

type Plain = string | number | boolean | null;
/** Values by their names, and the names of those that must still be put together. */
type PackedProperties = Readonly<Record<string, Packed>>;

/** What JSON keeps is itself; a list begins with what it stands for, an instance's with the number of its class. */
export type Packed =
  | Plain
  | readonly ['undefined']
  | readonly ['bigint' | 'number' | 'bytes', string]
  | readonly ['date', number]
  | readonly ['list', readonly Packed[]]
  | readonly ['object' | number, PackedProperties, readonly string[]];

export class RowPacking {
  readonly #prototypes: readonly object[];

  /** @param classes that instances may be of; their order must be the same wherever packed rows go. */
  constructor(classes: readonly RowClass[]) {
    this.#prototypes = classes.map(({ prototype }) => prototype as object);
  }

  /** Undefined for what would come back as something else: instances of other classes, functions, symbols, accessors, cycles. */
  pack(value: unknown): Packed | undefined {
    try {
      return this.#pack(value, []);
    } catch (error) {
      if (error instanceof Unpackable) return undefined;
      throw error;
    }
  }

  unpack(packed: Packed): unknown {
    if (typeof packed !== 'object' || packed === null) return packed;
    switch (packed[0]) {
      case 'undefined':
        return undefined;
      case 'bigint':
        return BigInt(packed[1]);
      case 'number':
        return Number(packed[1]);
      case 'bytes':
        return Buffer.from(packed[1], 'base64');
      case 'date':
        return new Date(packed[1]);
      case 'list':
        return packed[1].map((item) => this.unpack(item));
      case 'object':
      default:
        return this.#unpackObject(packed[0], packed[1], packed[2]);
    }
  }

  #unpackObject(
    kind: 'object' | number,
    properties: PackedProperties,
    unfinished: readonly string[],
  ): Record<string, unknown> {
    const prototype = kind === 'object' ? Object.prototype : this.#prototypes[kind];
    if (prototype === undefined) throw new Unpackable();
    const row = Object.create(prototype) as Record<string, unknown>;
    // The fastest copy that there is; it also keeps the order of the properties.
    Object.assign(row, properties);
    for (const name of unfinished) row[name] = this.unpack(properties[name] ?? null);
    return row;
  }

  #pack(value: unknown, around: readonly object[]): Packed {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return packedNumber(value);
      case 'bigint':
        return ['bigint', String(value)];
      case 'undefined':
        return ['undefined'];
      case 'object':
        return value === null ? null : this.#packObject(value, around);
      case 'function':
      case 'symbol':
        throw new Unpackable();
    }
  }

  #packObject(value: object, around: readonly object[]): Packed {
    if (around.includes(value)) throw new Unpackable();
    const within = [...around, value];
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (prototype === Array.prototype) return this.#packList(value as unknown[], within);
    if (prototype === Date.prototype) return packedDate(value as Date);
    if (prototype === Buffer.prototype) return packedBytes(value as Buffer);
    if (prototype === Object.prototype) return this.#packProperties('object', value, within);
    const kind = prototype === null ? -1 : this.#prototypes.indexOf(prototype);
    if (kind < 0) throw new Unpackable();
    return this.#packProperties(kind, value, within);
  }

  #packList(list: readonly unknown[], within: readonly object[]): Packed {
    // Gaps and further properties would be lost.
    if (Reflect.ownKeys(list).length !== list.length + 1) throw new Unpackable();
    return ['list', list.map((item) => this.#pack(item, within))];
  }

  #packProperties(kind: 'object' | number, value: object, within: readonly object[]): Packed {
    const properties: Record<string, Packed> = {};
    const unfinished: string[] = [];
    for (const name of Reflect.ownKeys(value)) {
      const property = Object.getOwnPropertyDescriptor(value, name);
      const isPlain = property?.enumerable === true && 'value' in property;
      if (typeof name === 'symbol' || name === '__proto__' || !isPlain) throw new Unpackable();
      const packed = this.#pack(property.value, within);
      properties[name] = packed;
      if (typeof packed === 'object' && packed !== null) unfinished.push(name);
    }
    return [kind, properties, unfinished];
  }
}

class Unpackable extends Error {}

function packedNumber(value: number): Packed {
  if (Object.is(value, -0)) return ['number', '-0'];
  return Number.isFinite(value) ? value : ['number', String(value)];
}

function packedDate(date: Date): Packed {
  const ms = date.getTime();
  // JSON has no word for the date that is none.
  if (Number.isNaN(ms) || Reflect.ownKeys(date).length > 0) throw new Unpackable();
  return ['date', ms];
}

function packedBytes(bytes: Buffer): Packed {
  if (Object.keys(bytes).length !== bytes.length) throw new Unpackable();
  return ['bytes', bytes.toString('base64')];
}
