/**
 * What a document says about an operation, worked out once: which fields an object of a type has, their definitions,
 * nodes and arguments. Selections are planned when an object of their type is met for the first time.
 */
import {
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { planArguments, type ArgumentPlan } from './argument-plan.js';
import { seesSourceOnly, type Resolver } from './plain-resolver.js';
import { completionNeedsInfo, planType, type TypePlan } from './type-plan.js';

type Field = GraphQLField<unknown, unknown>;

export interface PlannedOperation {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Record<string, FragmentDefinitionNode>;
  /** Only those that `@skip` and `@include` ask for are looked at. */
  readonly variableValues: { readonly [name: string]: unknown };
}

/** `__schema` and `__type` are fields of the query's type only, `__typename` of every one. */
function definitionOf(schema: GraphQLSchema, parentType: GraphQLObjectType, name: string): Field | undefined {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  if (schema.getQueryType() === parentType) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return parentType.getFields()[name];
}

/** One entry of an object in the answer. */
export class FieldPlan {
  readonly responseName: string;
  readonly parentType: GraphQLObjectType;
  readonly definition: Field;
  readonly nodes: readonly FieldNode[];
  readonly returns: TypePlan;
  readonly argumentsFor: ArgumentPlan;
  readonly isTypeName: boolean;
  /** Of the schema itself, which plugins are told nothing about. */
  readonly isIntrospection: boolean;
  readonly needsInfo: boolean;
  readonly #operation: PlannedOperation;
  #resolver: Resolver | undefined;
  #isPlain = false;
  readonly #selections = new Map<GraphQLObjectType, SelectionPlan>();

  constructor(
    operation: PlannedOperation,
    parentType: GraphQLObjectType,
    responseName: string,
    definition: Field,
    nodes: readonly [FieldNode, ...FieldNode[]],
  ) {
    this.#operation = operation;
    this.responseName = responseName;
    this.parentType = parentType;
    this.definition = definition;
    this.nodes = nodes;
    this.returns = planType(definition.type);
    this.needsInfo = completionNeedsInfo(definition.type);
    this.argumentsFor = planArguments(definition, nodes[0]);
    this.isTypeName = definition === TypeNameMetaFieldDef;
    this.isIntrospection = parentType.name.startsWith('__') || definition.name.startsWith('__');
  }

  /** Plugins may wrap a field's resolver at any time, so it is looked at for every value; the answer is kept meanwhile. */
  readsSourceOnly(resolver: Resolver): boolean {
    if (resolver !== this.#resolver) {
      this.#resolver = resolver;
      this.#isPlain = this.definition.args.length === 0 && seesSourceOnly(resolver);
    }
    return this.#isPlain;
  }

  /** What is selected of an object of that type. */
  selectionFor(type: GraphQLObjectType): SelectionPlan {
    const known = this.#selections.get(type);
    if (known !== undefined) return known;
    const { schema, fragments, variableValues } = this.#operation;
    const nodes = collectSubfields(schema, fragments, variableValues, type, this.nodes);
    const planned = planSelection(this.#operation, type, nodes);
    this.#selections.set(type, planned);
    return planned;
  }
}

export type Answer = Record<string, unknown>;

/** What is selected of one type of object. */
export class SelectionPlan {
  readonly #Answer: (new () => Answer) | undefined;

  constructor(readonly fields: readonly FieldPlan[]) {
    // It is a legal alias, but no name for an entry of an object that has a prototype.
    const hasPrototypeEntry = fields.some(({ responseName }) => responseName === '__proto__');
    this.#Answer = hasPrototypeEntry ? undefined : answerClass();
  }

  newAnswer(): Answer {
    return this.#Answer === undefined ? (Object.create(null) as Answer) : new this.#Answer();
  }
}

/**
 * Plain objects, to everybody but V8: objects of one constructor share their shape, which is as large as the first of them
 * have turned out to be. Entries of those that begin as `{}` soon have to move out of the object.
 */
function answerClass(): new () => Answer {
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- each selection needs a constructor of its own.
  const constructor = function () {};
  constructor.prototype = Object.prototype;
  return constructor as unknown as new () => Answer;
}

function planSelection(
  operation: PlannedOperation,
  parentType: GraphQLObjectType,
  nodesByName: ReadonlyMap<string, readonly FieldNode[]>,
): SelectionPlan {
  const fields: FieldPlan[] = [];
  for (const [responseName, [first, ...others]] of nodesByName) {
    if (first === undefined) continue;
    const definition = definitionOf(operation.schema, parentType, first.name.value);
    // Validation refuses unknown fields; where it was not asked, they are left out.
    if (definition === undefined) continue;
    fields.push(new FieldPlan(operation, parentType, responseName, definition, [first, ...others]));
  }
  return new SelectionPlan(fields);
}

/** The fields of the operation itself. */
export function planOperation(operation: PlannedOperation, rootType: GraphQLObjectType): SelectionPlan {
  const { schema, fragments, variableValues } = operation;
  const { selectionSet } = operation.operation;
  return planSelection(
    operation,
    rootType,
    collectFields(schema, fragments, variableValues, rootType, selectionSet),
  );
}
