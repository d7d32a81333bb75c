/**
 * One execution of a planned operation. Values, errors and the order in which resolvers run are those of graphql's own
 * `execute`: its promises are chained in the same way, only what the document decides is taken from the plan.
 */
import {
  GraphQLError,
  isObjectType,
  locatedError,
  responsePathAsArray,
  type GraphQLAbstractType,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLTypeResolver,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import type { Path } from 'graphql/jsutils/Path.js';
import { FieldErrors } from './field-errors.js';
import type { Answer, FieldPlan, PlannedOperation, SelectionPlan } from './operation-plan.js';
import type { Resolver } from './plain-resolver.js';
import { invalidRuntimeType } from './runtime-type.js';
import { isThenable } from './thenable.js';
import { isKept, type AbstractPlan, type LeafPlan, type ListPlan, type TypePlan } from './type-plan.js';
import { watchedField, type WillResolveField } from './watched-field.js';

export interface RunOptions {
  readonly rootValue: unknown;
  readonly contextValue: unknown;
  readonly variableValues: { [variable: string]: unknown };
  readonly fieldResolver: GraphQLFieldResolver<unknown, unknown>;
  readonly typeResolver: GraphQLTypeResolver<unknown, unknown>;
  readonly willResolveField: WillResolveField | undefined;
}

type Info = GraphQLResolveInfo | undefined;

function below(prev: Path | undefined, key: string | number, typename: string | undefined): Path {
  return { prev, key, typename };
}

/** Puts what the promises among the entries resolve to in their places. */
function settled(answer: Answer, pending: readonly string[]): Promise<Answer> {
  return Promise.all(pending.map((name) => answer[name])).then((values) => {
    for (const [index, name] of pending.entries()) answer[name] = values[index];
    return answer;
  });
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === 'object' && typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function'
  );
}

export class OperationRun {
  readonly errors = new FieldErrors();
  readonly #planned: PlannedOperation;
  readonly #options: RunOptions;

  constructor(planned: PlannedOperation, options: RunOptions) {
    this.#planned = planned;
    this.#options = options;
  }

  executeFields(selection: SelectionPlan, source: unknown, path: Path | undefined): unknown {
    const answer = selection.newAnswer();
    let pending: string[] | undefined;
    try {
      for (const field of selection.fields) {
        const completed = this.#executeField(field, source, path);
        answer[field.responseName] = completed;
        if (isThenable(completed)) (pending ??= []).push(field.responseName);
      }
    } catch (error) {
      if (pending === undefined) throw error;
      // The other fields may fail as well; nobody else would hear of it.
      return settled(answer, pending).finally(() => {
        throw error;
      });
    }
    return pending === undefined ? answer : settled(answer, pending);
  }

  executeFieldsSerially(selection: SelectionPlan, source: unknown): unknown {
    const step = (answer: Answer, field: FieldPlan): Answer | Promise<Answer> => {
      const completed = this.#executeField(field, source, undefined);
      const put = (value: unknown) => {
        answer[field.responseName] = value;
        return answer;
      };
      return isThenable(completed) ? completed.then(put) : put(completed);
    };
    let answer: Answer | Promise<Answer> = selection.newAnswer();
    for (const field of selection.fields) {
      answer = isThenable(answer) ? answer.then((before) => step(before, field)) : step(answer, field);
    }
    return answer;
  }

  #executeField(field: FieldPlan, source: unknown, parentPath: Path | undefined): unknown {
    if (field.isTypeName) return field.parentType.name;
    const resolver = field.definition.resolve ?? this.#options.fieldResolver;
    const { willResolveField } = this.#options;
    if (willResolveField !== undefined && !field.isIntrospection) {
      return this.#resolveField(field, watchedField(resolver, willResolveField), source, parentPath);
    }
    if (!field.readsSourceOnly(resolver)) return this.#resolveField(field, resolver, source, parentPath);
    let result: unknown;
    try {
      result = (resolver as (source: unknown) => unknown)(source);
    } catch (error) {
      return this.#fail(field, field.returns, this.#pathOf(field, parentPath), error);
    }
    // Most values of most answers; nothing can go wrong with them any more.
    if (field.returns.kind === 'leaf' && isKept(result, field.returns)) return result;
    const path = this.#pathOf(field, parentPath);
    return this.#finish(field, field.needsInfo ? this.#infoOf(field, path) : undefined, path, result);
  }

  #resolveField(
    field: FieldPlan,
    resolver: Resolver,
    source: unknown,
    parentPath: Path | undefined,
  ): unknown {
    const path = this.#pathOf(field, parentPath);
    const info = this.#infoOf(field, path);
    const { variableValues, contextValue } = this.#options;
    let result: unknown;
    try {
      result = resolver(source, field.argumentsFor(variableValues), contextValue, info);
    } catch (error) {
      return this.#fail(field, field.returns, path, error);
    }
    return this.#finish(field, info, path, result);
  }

  /** Completes what was resolved, now or when it is there. */
  #finish(field: FieldPlan, info: Info, path: Path, result: unknown): unknown {
    const { returns } = field;
    try {
      const completed = isThenable(result)
        ? result.then((value) => this.#complete(field, returns, info, path, value))
        : this.#complete(field, returns, info, path, result);
      return isThenable(completed)
        ? completed.then(undefined, (error: unknown) => this.#fail(field, returns, path, error))
        : completed;
    } catch (error) {
      return this.#fail(field, returns, path, error);
    }
  }

  #pathOf({ responseName, parentType }: FieldPlan, parentPath: Path | undefined): Path {
    return below(parentPath, responseName, parentType.name);
  }

  #infoOf(field: FieldPlan, path: Path): GraphQLResolveInfo {
    return {
      fieldName: field.definition.name,
      fieldNodes: field.nodes,
      returnType: field.definition.type,
      parentType: field.parentType,
      path,
      schema: this.#planned.schema,
      fragments: this.#planned.fragments,
      rootValue: this.#options.rootValue,
      operation: this.#planned.operation,
      variableValues: this.#options.variableValues,
    };
  }

  /** A place that may not be null hands the error on to the one around it. */
  #fail(field: FieldPlan, { isNonNull }: TypePlan, path: Path, thrown: unknown): null {
    const error = locatedError(thrown, field.nodes, responsePathAsArray(path));
    if (isNonNull) throw error;
    this.errors.add(error, path);
    return null;
  }

  #complete(field: FieldPlan, type: TypePlan, info: Info, path: Path, result: unknown): unknown {
    if (result instanceof Error) throw result;
    if (result === null || result === undefined) {
      if (!type.isNonNull) return null;
      throw new Error(
        `Cannot return null for non-nullable field ${field.parentType.name}.${field.definition.name}.`,
      );
    }
    if (type.kind === 'leaf') return this.#completeLeaf(type, result);
    if (type.kind === 'list') return this.#completeList(field, type, info, path, result);
    if (type.kind === 'abstract') return this.#completeAbstract(field, type, info, path, result);
    return this.#completeObject(field, type.type, info, path, result);
  }

  #completeLeaf(plan: LeafPlan, result: unknown): unknown {
    if (isKept(result, plan)) return result;
    const { type } = plan;
    const serialized: unknown = type.serialize(result);
    if (serialized !== null && serialized !== undefined) return serialized;
    throw new Error(
      `Expected \`${inspect(type)}.serialize(${inspect(result)})\` to ` +
        `return non-nullable value, returned: ${inspect(serialized)}`,
    );
  }

  #completeList(field: FieldPlan, { item }: ListPlan, info: Info, path: Path, result: unknown): unknown {
    if (!isIterable(result)) {
      throw new GraphQLError(
        `Expected Iterable, but did not find one for field "${field.parentType.name}.${field.definition.name}".`,
      );
    }
    const items: unknown[] = [];
    let isPending = false;
    let index = 0;
    try {
      for (const value of result) {
        const completed = this.#completeItem(field, item, info, below(path, index++, undefined), value);
        if (isThenable(completed)) isPending = true;
        items.push(completed);
      }
    } catch (error) {
      // The items before may fail as well; unheard, that would end the process.
      if (isPending) void Promise.allSettled(items);
      throw error;
    }
    return isPending ? Promise.all(items) : items;
  }

  #completeItem(field: FieldPlan, type: TypePlan, info: Info, path: Path, value: unknown): unknown {
    try {
      const completed = isThenable(value)
        ? value.then((resolved) => this.#complete(field, type, info, path, resolved))
        : this.#complete(field, type, info, path, value);
      return isThenable(completed)
        ? completed.then(undefined, (error: unknown) => this.#fail(field, type, path, error))
        : completed;
    } catch (error) {
      return this.#fail(field, type, path, error);
    }
  }

  #completeAbstract(
    field: FieldPlan,
    { type }: AbstractPlan,
    info: Info,
    path: Path,
    result: unknown,
  ): unknown {
    const resolveType = type.resolveType ?? this.#options.typeResolver;
    const name: unknown = resolveType(result, this.#options.contextValue, info as GraphQLResolveInfo, type);
    const complete = (resolved: unknown) =>
      this.#completeObject(field, this.#runtimeType(field, type, resolved, result), info, path, result);
    return isThenable(name) ? name.then(complete) : complete(name);
  }

  #runtimeType(
    field: FieldPlan,
    type: GraphQLAbstractType,
    name: unknown,
    value: unknown,
  ): GraphQLObjectType {
    const { schema } = this.#planned;
    const runtimeType = typeof name === 'string' ? schema.getType(name) : undefined;
    if (isObjectType(runtimeType) && schema.isSubType(type, runtimeType)) return runtimeType;
    throw invalidRuntimeType(field, type, { name, runtimeType, value });
  }

  #completeObject(
    field: FieldPlan,
    type: GraphQLObjectType,
    info: Info,
    path: Path,
    result: unknown,
  ): unknown {
    const selection = field.selectionFor(type);
    if (type.isTypeOf === undefined || type.isTypeOf === null)
      return this.executeFields(selection, result, path);
    const execute = (isOfType: unknown) => {
      if (isOfType) return this.executeFields(selection, result, path);
      throw new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(result)}.`, {
        nodes: field.nodes,
      });
    };
    const isOfType = type.isTypeOf(result, this.#options.contextValue, info as GraphQLResolveInfo);
    return isThenable(isOfType) ? isOfType.then(execute) : execute(isOfType);
  }
}
