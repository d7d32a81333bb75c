/** Divides a query by its root fields, so that each can be executed and kept by itself. */
import {
  getVariableValues,
  GraphQLError,
  Kind,
  OperationTypeNode,
  print,
  visit,
  type ASTNode,
  type DocumentNode,
  type ExecutionArgs,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type OperationDefinitionNode,
} from 'graphql';
import { collectFields } from 'graphql/execution/collectFields.js';
import { getArgumentValues } from 'graphql/execution/values.js';
import { keyText } from '../../core/key-text.js';

type VariableValues = Record<string, unknown>;
type Fragments = Record<string, FragmentDefinitionNode>;

/** One entry of the answer. */
interface RootEntry {
  readonly responseName: string;
  readonly nodes: readonly FieldNode[];
}

/**
 * All entries of one root field. They stay together, so that what their resolvers load one by one is still read in one
 * statement: `{ a: product(id: 1) b: product(id: 2) }` is one part.
 */
export interface RootPart {
  readonly responseNames: readonly string[];
  /** The operation with these fields only. */
  readonly document: DocumentNode;
  /** Names what is asked, whatever the entries are called in the answer; undefined for what is not kept. */
  readonly key: string | undefined;
}

export interface DividedQuery {
  readonly typeName: string;
  /** Of the whole answer, in its order. */
  readonly responseNames: readonly string[];
  readonly parts: readonly RootPart[];
}

/** What is the same for every execution of a part. */
interface PartShape {
  readonly document: DocumentNode;
  /** Fragments that its fields use, and what they select, as text. */
  readonly selectionText: string;
  readonly variableNames: readonly string[];
}

/** Ways in which `@skip` and `@include` can divide one document that are kept. */
const mostShapes = 64;

export class RootDivider {
  readonly #documents = new WeakMap<DocumentNode, DocumentShapes>();

  /** Undefined for what has no two parts, and for what the executor itself must refuse. */
  divide({ schema, document, operationName, variableValues }: ExecutionArgs): DividedQuery | undefined {
    let shapes = this.#documents.get(document);
    if (shapes === undefined) {
      shapes = new DocumentShapes(document);
      this.#documents.set(document, shapes);
    }
    const operation = shapes.operation(operationName ?? undefined);
    const rootType = schema.getQueryType();
    if (operation?.operation !== OperationTypeNode.QUERY || rootType === null || rootType === undefined) {
      return undefined;
    }
    const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
    if (coerced.errors !== undefined) return undefined;
    const values = coerced.coerced;
    const { selectionSet } = operation;
    try {
      const nodesByName = collectFields(schema, shapes.fragments, values, rootType, selectionSet);
      const entries = [...nodesByName].map(([responseName, nodes]) => ({ responseName, nodes }));
      return dividedQuery(shapes, operation, { rootType, entries, values });
    } catch (error) {
      // A directive or an argument without a value: the executor tells it best.
      if (error instanceof GraphQLError) return undefined;
      throw error;
    }
  }
}

interface Collected {
  readonly rootType: GraphQLObjectType;
  readonly entries: readonly RootEntry[];
  readonly values: VariableValues;
}

function dividedQuery(
  shapes: DocumentShapes,
  operation: OperationDefinitionNode,
  { rootType, entries, values }: Collected,
): DividedQuery | undefined {
  const byField = Map.groupBy(
    entries.filter((entry) => fieldName(entry) !== '__typename'),
    fieldName,
  );
  if (byField.size < 2) return undefined;
  const parts = [...byField].map(([name, members]): RootPart => {
    const shape = shapes.part(operation, members);
    const field = rootType.getFields()[name];
    const key = field === undefined ? undefined : keyOf(rootType, field, { shape, members, values });
    return { responseNames: members.map(({ responseName }) => responseName), document: shape.document, key };
  });
  return {
    typeName: rootType.name,
    responseNames: entries.map(({ responseName }) => responseName),
    parts,
  };
}

interface AskedPart {
  readonly shape: PartShape;
  readonly members: readonly RootEntry[];
  readonly values: VariableValues;
}

function keyOf(
  { name: typeName }: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  { shape: { selectionText, variableNames }, members, values }: AskedPart,
): string | undefined {
  // Written in whatever way: as a literal, by a variable or by a default.
  const given = members.map(({ nodes: [first] }) => first && getArgumentValues(field, first, values));
  const used = variableNames
    .filter((name) => Object.hasOwn(values, name))
    .map((name) => [name, values[name]]);
  const text = keyText([given, selectionText, used]);
  return text === undefined ? undefined : `${typeName}.${field.name} ${text}`;
}

class DocumentShapes {
  readonly fragments: Fragments = Object.create(null) as Fragments;
  readonly #operations: readonly OperationDefinitionNode[];
  readonly #nodeNumbers = new Map<FieldNode, number>();
  readonly #parts = new Map<string, PartShape>();

  constructor(private readonly document: DocumentNode) {
    const { definitions } = document;
    for (const node of definitions) {
      if (node.kind === Kind.FRAGMENT_DEFINITION) this.fragments[node.name.value] = node;
    }
    this.#operations = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  }

  operation(name: string | undefined): OperationDefinitionNode | undefined {
    if (name === undefined) return this.#operations.length === 1 ? this.#operations[0] : undefined;
    return this.#operations.findLast((operation) => operation.name?.value === name);
  }

  /** The same object for the same fields: executors keep plans by their documents. */
  part(operation: OperationDefinitionNode, entries: readonly RootEntry[]): PartShape {
    const nodes = entries.flatMap((entry) => entry.nodes);
    const id = entries.map((entry) => entry.nodes.map((node) => this.#numberOf(node)).join()).join(';');
    const known = this.#parts.get(id);
    if (known !== undefined) return known;
    const fragments = this.#fragmentsIn(nodes);
    const definition = { ...operation, selectionSet: { ...operation.selectionSet, selections: nodes } };
    const made: PartShape = {
      document: { ...this.document, definitions: [definition, ...Object.values(this.fragments)] },
      selectionText: [...entries.map(selectionTextOf), ...fragments.map(print)].join('\n'),
      variableNames: variablesIn([...nodes.flatMap(selectionOf), ...fragments]),
    };
    if (this.#parts.size < mostShapes) this.#parts.set(id, made);
    return made;
  }

  #numberOf(node: FieldNode): number {
    const number = this.#nodeNumbers.get(node) ?? this.#nodeNumbers.size;
    this.#nodeNumbers.set(node, number);
    return number;
  }

  /** Those that the fields spread, and those that these spread, in the order of their names. */
  #fragmentsIn(nodes: readonly FieldNode[]): FragmentDefinitionNode[] {
    const found = new Map<string, FragmentDefinitionNode>();
    const search = (node: FieldNode | FragmentDefinitionNode): void => {
      visit(node, {
        FragmentSpread: ({ name: { value } }) => {
          const fragment = this.fragments[value];
          if (fragment === undefined || found.has(value)) return;
          found.set(value, fragment);
          search(fragment);
        },
      });
    };
    nodes.forEach(search);
    return [...found.keys()].toSorted().flatMap((name) => found.get(name) ?? []);
  }
}

function fieldName({ nodes: [first] }: RootEntry): string {
  return first?.name.value ?? '';
}

/** Without its name in the answer, its arguments, and the conditions that it has fulfilled. */
function selectionOf({ directives = [], selectionSet }: FieldNode): ASTNode[] {
  const others = directives.filter(({ name }) => name.value !== 'skip' && name.value !== 'include');
  return selectionSet === undefined ? others : [...others, selectionSet];
}

function selectionTextOf({ nodes }: RootEntry): string {
  return nodes.map((node) => selectionOf(node).map(print).join(' ')).join(' + ');
}

function variablesIn(nodes: readonly ASTNode[]): string[] {
  const names = new Set<string>();
  for (const node of nodes) visit(node, { Variable: ({ name }) => void names.add(name.value) });
  return [...names].toSorted();
}
