/**
 * Executes operations like graphql's own `execute`, by plans that are kept as long as their documents. What has no plan
 * is handed to `execute` itself.
 */
import {
  assertValidSchema,
  defaultFieldResolver,
  defaultTypeResolver,
  execute,
  getVariableValues,
  Kind,
  OperationTypeNode,
  visit,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { ObjMap } from 'graphql/jsutils/ObjMap.js';
import { planOperation, type PlannedOperation, type SelectionPlan } from './operation-plan.js';
import { OperationRun } from './operation-run.js';
import { isThenable } from './thenable.js';
import type { WillResolveField } from './watched-field.js';

type VariableValues = Record<string, unknown>;

/** Ways in which `@skip` and `@include` may fall out that are kept for one operation. */
const mostVariants = 16;

interface OperationShape {
  readonly operation: OperationDefinitionNode;
  readonly fragments: Record<string, FragmentDefinitionNode>;
  readonly rootType: GraphQLObjectType;
  /** Variables that decide what is selected. */
  readonly conditions: readonly string[];
  readonly variants: Map<string, Variant>;
}

interface Variant {
  readonly planned: PlannedOperation;
  readonly selection: SelectionPlan;
}

interface DocumentPlans {
  readonly schema: GraphQLSchema;
  readonly byName: Map<string | null, OperationShape>;
}

function conditionsOf(document: DocumentNode): readonly string[] {
  const conditions = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given ?? []) if (value.kind === Kind.VARIABLE) conditions.add(value.name.value);
    },
  });
  return [...conditions];
}

function fragmentsOf({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const node of definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments[node.name.value] = node;
  return fragments;
}

/** Undefined when there is none, or none is named and there are several. */
function operationOf(
  { definitions }: DocumentNode,
  name: string | null,
): OperationDefinitionNode | undefined {
  const operations = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (name !== null) return operations.findLast((operation) => operation.name?.value === name);
  return operations.length === 1 ? operations[0] : undefined;
}

function shapeOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  name: string | null,
): OperationShape | undefined {
  const operation = operationOf(document, name);
  if (operation === undefined || operation.operation === OperationTypeNode.SUBSCRIPTION) return undefined;
  const rootType = schema.getRootType(operation.operation);
  if (rootType === undefined || rootType === null) return undefined;
  const fragments = fragmentsOf(document);
  return { operation, fragments, rootType, conditions: conditionsOf(document), variants: new Map() };
}

/** Undefined when the operation cannot be planned for these values. */
function variantOf(
  schema: GraphQLSchema,
  shape: OperationShape,
  values: VariableValues,
): Variant | undefined {
  const { operation, fragments, conditions, variants } = shape;
  // Validation lets nothing but a Boolean or null through to these directives.
  if (
    conditions.some(
      (name) => !['boolean', 'undefined'].includes(typeof values[name]) && values[name] !== null,
    )
  ) {
    return undefined;
  }
  const key = conditions.map((name) => String(values[name])).join();
  const known = variants.get(key);
  if (known !== undefined) return known;
  const variableValues = Object.fromEntries(
    conditions.filter((name) => Object.hasOwn(values, name)).map((name) => [name, values[name]]),
  );
  const planned = { schema, operation, fragments, variableValues };
  try {
    const variant = { planned, selection: planOperation(planned, shape.rootType) };
    if (variants.size < mostVariants) variants.set(key, variant);
    return variant;
  } catch {
    // A directive of the operation's own fields has no value: `execute` tells it best.
    return undefined;
  }
}

function answerOf(data: unknown, errors: readonly GraphQLError[]): ExecutionResult {
  const answer = data as ObjMap<unknown> | null;
  return errors.length === 0 ? { data: answer } : { errors, data: answer };
}

function executeVariant(
  { planned, selection }: Variant,
  args: ExecutionArgs,
  variableValues: VariableValues,
  willResolveField: WillResolveField | undefined,
) {
  const { rootValue, contextValue, fieldResolver, typeResolver } = args;
  const run = new OperationRun(planned, {
    rootValue,
    contextValue,
    variableValues,
    fieldResolver: fieldResolver ?? defaultFieldResolver,
    typeResolver: typeResolver ?? defaultTypeResolver,
    willResolveField,
  });
  const answered = (data: unknown) => answerOf(data, run.errors.all);
  const failed = (error: unknown) => {
    run.errors.add(error as GraphQLError, undefined);
    return answered(null);
  };
  try {
    const data =
      planned.operation.operation === OperationTypeNode.MUTATION
        ? run.executeFieldsSerially(selection, rootValue)
        : run.executeFields(selection, rootValue, undefined);
    return isThenable(data) ? data.then(answered, failed) : answered(data);
  } catch (error) {
    return failed(error);
  }
}

export class CompiledExecution {
  readonly #plans = new WeakMap<DocumentNode, DocumentPlans>();

  /**
   * Takes and answers what graphql's `execute` does.
   * @param willResolveField is told of every field that a resolver is called for, of valid documents
   */
  execute(
    args: ExecutionArgs,
    willResolveField?: WillResolveField,
  ): ExecutionResult | Promise<ExecutionResult> {
    const { schema, document, options, hideSuggestions } = args;
    const given = args.variableValues ?? {};
    const shape =
      typeof given === 'object' ? this.#shapeOf(schema, document, args.operationName ?? null) : undefined;
    if (shape === undefined) return execute(args);
    const coerced = getVariableValues(schema, shape.operation.variableDefinitions ?? [], given, {
      maxErrors: options?.maxCoercionErrors ?? 50,
      hideSuggestions: hideSuggestions ?? false,
    });
    if (coerced.errors !== undefined) return { errors: coerced.errors };
    const variant = variantOf(schema, shape, coerced.coerced);
    if (variant === undefined) return execute(args);
    return executeVariant(variant, args, coerced.coerced, willResolveField);
  }

  #shapeOf(schema: GraphQLSchema, document: DocumentNode, name: string | null): OperationShape | undefined {
    let plans = this.#plans.get(document);
    if (plans === undefined || plans.schema !== schema) {
      assertValidSchema(schema);
      plans = { schema, byName: new Map() };
      this.#plans.set(document, plans);
    }
    const known = plans.byName.get(name);
    if (known !== undefined) return known;
    const shape = shapeOf(schema, document, name);
    // Names that no operation has are countless.
    if (shape !== undefined) plans.byName.set(name, shape);
    return shape;
  }
}
