/** Draws schemas with cache hints, valid operations on them, and resolvers that answer by the path alone: all from one seed. */
import {
  type DirectiveLocation,
  type GraphQLFieldResolver,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  doTypesOverlap,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

export type Draw = (below: number) => number;

/** mulberry32: small, seeded, and good enough to make shapes. */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below) | 0;
  };
}

function pick<T>(draw: Draw, from: readonly T[]): T {
  return from[draw(from.length)] as T;
}

const fieldNames = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const objectNames = ['O0', 'O1', 'O2', 'O3'];
const interfaceNames = ['I0', 'I1'];

export function randomSchemaSdl(draw: Draw): string {
  const typeOf = new Map(fieldNames.map((name) => [name, randomOutput(draw)]));
  const subset = (names: readonly string[]) => names.filter(() => draw(3) === 0);
  const interfaceFields = new Map(
    interfaceNames.map((name) => [name, new Set(['a', ...subset(fieldNames)])] as const),
  );
  const print = (kind: string, name: string, names: Iterable<string>, head = '') =>
    `${kind} ${name}${head} ${hint(draw, 'OBJECT')} {\n${[...names]
      .map((field) => `  ${field}: ${typeOf.get(field)} ${hint(draw, 'FIELD_DEFINITION')}`)
      .join('\n')}\n}`;
  const objects = objectNames.map((name, index) => {
    const implemented = interfaceNames.filter((_, at) => at === index % 2 || draw(3) === 0);
    const names = new Set([
      ...subset(fieldNames),
      ...implemented.flatMap((implementedName) => [...(interfaceFields.get(implementedName) ?? [])]),
    ]);
    return print('type', name, names, ` implements ${implemented.join(' & ')}`);
  });
  return [
    ...interfaceNames.map((name) => print('interface', name, interfaceFields.get(name) ?? [])),
    ...objects,
    `union U0 ${hint(draw, 'OBJECT')} = O0 | O1 | O2`,
    print('type', 'Query', fieldNames),
  ].join('\n');
}

function randomOutput(draw: Draw): string {
  const named = pick(draw, [
    'Int',
    'String',
    'Query',
    'U0',
    ...objectNames,
    ...interfaceNames,
    ...interfaceNames,
  ]);
  return pick(draw, ['T', 'T', 'T!', '[T]', '[T!]!', '[[T]]']).replace('T', named);
}

function hint(draw: Draw, location: keyof typeof DirectiveLocation): string {
  // A field without a hint gives the default, zero as a rule: most draws must say something, or every answer is the same.
  if (draw(100) < (location === 'OBJECT' ? 40 : 30)) return '';
  const given: string[] = [];
  if (draw(4) > 0) given.push(`maxAge: ${pick(draw, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90])}`);
  if (draw(4) === 0) given.push(`scope: ${pick(draw, ['PUBLIC', 'PUBLIC', 'PRIVATE'])}`);
  if (given.length === 0 || draw(5) === 0)
    given.push(`inheritMaxAge: ${pick(draw, ['true', 'true', 'false'])}`);
  return `@cacheControl(${given.join(', ')})`;
}

export interface RandomOperation {
  readonly query: string;
  readonly variables: Record<string, boolean>;
}

export function randomOperation(schema: GraphQLSchema, draw: Draw): RandomOperation {
  return new OperationDraw(schema, draw).operation();
}

const variableNames = ['v0', 'v1', 'v2'];

class OperationDraw {
  readonly #fragments = new Map<string, string>();
  readonly #used = new Set<string>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly draw: Draw,
  ) {}

  operation(): RandomOperation {
    const root = this.schema.getQueryType();
    if (!root) throw new Error('A random schema has a query type.');
    const body = this.#selectionSet(root, 0);
    const variables: Record<string, boolean> = {};
    const declared = [...this.#used].map((name) => {
      const preset = this.draw(2) === 0;
      if (!preset || this.draw(2) === 0) variables[name] = this.draw(2) === 0;
      return preset ? `$${name}: Boolean = ${this.draw(2) === 0}` : `$${name}: Boolean!`;
    });
    const head = declared.length === 0 ? '' : `(${declared.join(', ')})`;
    return { query: [`query Q${head} ${body}`, ...this.#fragments.values()].join('\n'), variables };
  }

  #selectionSet(type: GraphQLNamedType, depth: number): string {
    const count = 1 + this.draw(depth === 0 ? 3 : 2);
    const parts = Array.from({ length: count }, () => this.#selection(type, depth));
    if (this.draw(4) === 0) parts.push(pick(this.draw, ['__typename', '__typename', 't: __typename']));
    return `{ ${parts.join(' ')} }`;
  }

  #selection(type: GraphQLNamedType, depth: number): string {
    const kind = this.draw(10);
    if (kind < 3 && isCompositeType(type) && depth < 3) {
      const overlapping = Object.values(this.schema.getTypeMap()).filter(
        (other) =>
          isCompositeType(other) && !other.name.startsWith('__') && doTypesOverlap(this.schema, type, other),
      );
      const condition = pick(this.draw, overlapping);
      const body = this.#selectionSet(condition, depth + 1);
      if (kind > 0) return `... on ${condition.name} ${this.#condition()} ${body}`;
      const name = `F${this.#fragments.size}`;
      this.#fragments.set(name, `fragment ${name} on ${condition.name} ${body}`);
      return `...${name} ${this.#condition()} ...${name} ${this.#condition()}`;
    }
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
    const open = fields.filter((field) => depth < 3 || !isCompositeType(getNamedType(field.type)));
    if (open.length === 0) return '__typename';
    const field = pick(this.draw, open);
    const target = getNamedType(field.type);
    const alias = this.draw(3) === 0 ? `${field.name}${this.draw(2)}: ` : '';
    const below = isCompositeType(target) ? this.#selectionSet(target, depth + 1) : '';
    return `${alias}${field.name} ${this.#condition()} ${below}`;
  }

  #condition(): string {
    if (this.draw(4) > 0) return '';
    const directive = pick(this.draw, ['skip', 'include']);
    if (this.draw(6) === 0) return `@${directive}(if: ${this.draw(2) === 0})`;
    const name = pick(this.draw, variableNames);
    this.#used.add(name);
    return `@${directive}(if: $${name})`;
  }
}

interface HintingInfo {
  readonly cacheControl?: {
    readonly cacheHint: { restrict(hint: object): void };
    setCacheHint(hint: object): void;
  };
}

/** The same path is always answered in the same way, whoever executes: null, empty, late, with or without a hint. */
export function randomResolver(seed: number, speaksOneIn: number): GraphQLFieldResolver<unknown, unknown> {
  return (_source, _args, _context, info) => {
    let path = '';
    for (let at: typeof info.path | undefined = info.path; at !== undefined; at = at.prev)
      path += `.${at.key}`;
    const draw = drawFrom(hashOf(path) ^ seed);
    const { cacheControl } = info as HintingInfo;
    if (speaksOneIn > 0 && draw(speaksOneIn) === 0) {
      const dynamic = pick(draw, [
        { maxAge: 5 },
        { maxAge: 100 },
        { scope: 'PRIVATE' },
        { scope: 'PUBLIC' },
        { maxAge: 45, scope: 'PUBLIC' },
      ]);
      if (draw(3) === 0) cacheControl?.cacheHint.restrict(dynamic);
      else cacheControl?.setCacheHint(dynamic);
    }
    const value = randomValue(info.returnType, info.schema, draw);
    return draw(3) === 0 ? Promise.resolve(value) : value;
  };
}

function randomValue(type: GraphQLOutputType, schema: GraphQLSchema, draw: Draw): unknown {
  if (isNonNullType(type)) return someValue(type.ofType, schema, draw);
  return draw(5) === 0 ? null : someValue(type, schema, draw);
}

function someValue(type: GraphQLOutputType, schema: GraphQLSchema, draw: Draw): unknown {
  if (isListType(type))
    return Array.from({ length: draw(3) }, () => randomValue(type.ofType as GraphQLOutputType, schema, draw));
  if (isAbstractType(type)) return { __typename: pick(draw, schema.getPossibleTypes(type)).name };
  if (isObjectType(type)) return {};
  return 7;
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
