/** Documents for the random world: fields with arguments, aliases, fragments, directives and variables, by a seed. */
import { seededRandom } from './seeded-random.js';
import { fieldNames } from './random-world.js';

const types = ['Person', 'Product', 'Place', 'Named'];
const objects = /^(?:person|place|named|thing)/;
const argumentTexts = [
  'count: 5',
  'count: $count',
  'count: null',
  'color: RED',
  'color: $color',
  'filter: { text: "a", nested: { ids: [1, "b"], text: $text } }',
  'filter: $filter',
  'filter: { text: null }',
  'picky: "good"',
  'picky: "bad"',
  'picky: $picky',
  'texts: ["a", $text]',
  'texts: "one"',
  'must: $unset',
];
const header =
  '($count: Int! = 4, $color: Color = GREEN, $text: String!, $filter: Filter, $picky: Picky, $yes: Boolean!, $maybe: Boolean = true, $unset: Int)';

const introspected =
  '__type(name: "Named") { name possibleTypes { name fields { name type { name kind ofType { name } } } } }';

export interface RandomQuery {
  readonly source: string;
  readonly operationName: string;
  readonly variableValues: Record<string, unknown>;
}

class QueryWriter {
  readonly #below: (limit: number) => number;
  /** Fragments spread only later ones, or they would never come to an end. */
  #fragmentsFrom = 0;

  constructor(below: (limit: number) => number) {
    this.#below = below;
  }

  #pick<Value>(values: readonly Value[]): Value {
    return values[this.#below(values.length)] as Value;
  }

  #directive(): string {
    if (this.#below(6) > 0) return '';
    return this.#pick([
      ' @skip(if: $yes)',
      ' @include(if: $yes)',
      ' @include(if: $maybe)',
      ' @skip(if: false)',
      ' @include(if: false)',
      ' @include(if: $yes) @skip(if: $maybe)',
    ]);
  }

  #arguments(name: string): string {
    if (name === 'strict') return this.#pick(['(count: 1)', '(count: $count)', '', '(count: $unset)']);
    if (name !== 'echo' || this.#below(4) === 0) return '';
    const byName = new Map(
      Array.from({ length: 1 + this.#below(3) }, () => this.#pick(argumentTexts)).map((text) => [
        text.split(':')[0],
        text,
      ]),
    );
    return `(${[...byName.values()].join(', ')})`;
  }

  selection(depth: number): string {
    const parts = Array.from({ length: 1 + this.#below(4) }, () => this.#part(depth));
    return `{ ${parts.join(' ')} }`;
  }

  #part(depth: number): string {
    const kind = this.#below(12);
    if (kind === 0) return `__typename${this.#directive()}`;
    if (kind === 1 && depth > 0) {
      return `...${this.#pick(['', ` on ${this.#pick(types)}`])}${this.#directive()} ${this.selection(depth - 1)}`;
    }
    if (kind === 2 && this.#fragmentsFrom < 3) {
      const fragment = this.#fragmentsFrom + this.#below(3 - this.#fragmentsFrom);
      return `...F${fragment}${this.#directive()}`;
    }
    const name = this.#pick(fieldNames.filter((field) => depth > 0 || !objects.test(field)));
    const alias =
      this.#below(4) === 0
        ? `${this.#below(40) === 0 ? '__proto__' : this.#pick(['a', 'b', 'then', 'constructor'])}: `
        : '';
    const inner = objects.test(name) ? ` ${this.selection(depth - 1)}` : '';
    return `${alias}${name}${this.#arguments(name)}${this.#directive()}${inner}`;
  }

  fragment(index: number, type: string): string {
    this.#fragmentsFrom = index + 1;
    return `fragment F${index} on ${type} ${this.selection(1)}`;
  }

  variables(): Record<string, unknown> {
    const right: Record<string, unknown> = {
      count: this.#pick([1, 2]),
      color: this.#pick(['RED', null]),
      filter: this.#pick([{ text: 'x' }, { nested: { ids: 5 } }, null]),
      picky: 'good',
      maybe: this.#pick([true, false, null]),
    };
    const wrong = { count: 'wrong', color: 'BLUE', filter: { wrong: 1 }, picky: 'bad', maybe: 1 };
    const given = Object.entries(this.#below(8) === 0 ? { ...right, ...wrong } : right);
    return {
      ...Object.fromEntries(given.filter(() => this.#below(3) > 0)),
      ...(this.#below(20) === 0 ? {} : { text: 'of a variable' }),
      yes: this.#below(2) === 0,
    };
  }
}

export function randomQuery(seed: number): RandomQuery {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const writer = new QueryWriter(below);
  const kind = below(3) === 0 ? 'mutation' : 'query';
  const rootType = kind === 'query' ? 'Query' : 'Mutation';
  const introspection = kind === 'query' && below(10) === 0 ? `${introspected} ` : '';
  const operation = `${kind} Asked${header} { ${introspection}${writer.selection(3).slice(2)}`;
  const fragments = [0, 1, 2].map((index) =>
    writer.fragment(index, ['Named', 'Person', rootType][below(3)] ?? rootType),
  );
  return {
    source: [operation, 'query Other { plain }', ...fragments].join('\n'),
    operationName: below(40) === 0 ? 'Nobody' : 'Asked',
    variableValues: writer.variables(),
  };
}
