/**
 * The cache policy of an operation, compiled once per schema, document and operation name, and looked up per request.
 *
 * `@skip` and `@include` make a document several; each combination of their variables is compiled when it first comes.
 * Apollo Server decides the same during execution, field by field and request by request. Two things differ: a negative age is
 * `no-store` here, where Apollo would send it; and a policy that a plugin set before execution, which makes Apollo ignore
 * all hints, is the caller's to respect.
 */
import {
  type DocumentNode,
  getOperationAST,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import { answerPolicy } from '../../core/answer-policy.js';
import type { CachePolicy, DefaultAge } from '../../core/cache-policy.js';
import type { ExecutionNotes } from '../../core/execution-notes.js';
import type { PolicySelection } from '../../core/policy-selection.js';
import { SelectedFields } from './selected-fields.js';
import { SelectedTags, type Variables } from './selected-tags.js';
import { SelectionCompiler } from './selection-compiler.js';
import { TypeTags } from './type-tags.js';

/** More combinations than this are compiled anew each time: a client that tries all of 2³⁰ must not fill the memory. */
const keptCombinations = 64;

export interface OperationPolicyOptions {
  /** Nothing is kept of which nothing is said, if unset. */
  readonly defaultAge?: DefaultAge;
}

export class OperationPolicy {
  readonly #conditions: readonly { readonly name: string; readonly preset: boolean }[];
  readonly #combinations = new Map<number, RequestPolicy>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
    private readonly options: OperationPolicyOptions,
  ) {
    const presets = new Map(
      operation.variableDefinitions?.map(({ variable, defaultValue }) => [
        variable.name.value,
        defaultValue !== undefined && valueFromASTUntyped(defaultValue) === true,
      ]),
    );
    this.#conditions = conditionVariables(document)
      .filter((name) => presets.has(name))
      .map((name) => ({ name, preset: presets.get(name) ?? false }));
  }

  /** Undefined if the document has no such operation, or several and no name. The document must be valid. */
  static compile(
    schema: GraphQLSchema,
    document: DocumentNode,
    operationName?: string,
    options: OperationPolicyOptions = {},
  ): OperationPolicy | undefined {
    const operation = getOperationAST(document, operationName);
    return operation ? new OperationPolicy(schema, document, operation, options) : undefined;
  }

  /** `variables` as the client sent them, defaults not filled in. */
  forRequest(variables: Variables): RequestPolicy {
    let combination = 0;
    let weight = 1;
    for (const { name, preset } of this.#conditions) {
      const value = variables[name];
      if (value === undefined ? preset : value === true) combination += weight;
      weight *= 2;
    }
    const known = this.#combinations.get(combination);
    if (known !== undefined) return known;
    const compiled = this.#compile(combination);
    // Beyond 53 conditions two combinations could share a number.
    if (this.#combinations.size < keptCombinations && this.#conditions.length <= 53)
      this.#combinations.set(combination, compiled);
    return compiled;
  }

  #compile(combination: number): RequestPolicy {
    let rest = combination;
    const conditions = new Map<string, boolean>();
    for (const { name } of this.#conditions) {
      conditions.set(name, rest % 2 === 1);
      rest = Math.floor(rest / 2);
    }
    const selected = new SelectedFields(this.schema, this.document, conditions);
    const tags = new SelectedTags(this.operation);
    const { defaultAge = { maxAge: 0 } } = this.options;
    const compiler = new SelectionCompiler(this.schema, selected, tags, defaultAge);
    const root = this.schema.getRootType(this.operation.operation);
    if (!root)
      throw new TypeError(`The schema has no ${this.operation.operation} type; validate the document first.`);
    const { selectionSet } = this.operation;
    const selection = compiler.compile(root, [selectionSet], true);
    const ofTypes =
      tags.ofTypes.size === 0
        ? undefined
        : new TypeTags(this.schema, selected, tags.ofTypes, { type: root, set: selectionSet });
    return new RequestPolicy(selection, tags, ofTypes);
  }
}

/** What is known of one request: before its execution a bound, after it the very policy. */
export class RequestPolicy {
  /** True if the answer's policy may turn on types that `__typename` does not show: only then are notes of types worth taking. */
  readonly needsTypeNames: boolean;

  constructor(
    private readonly selection: PolicySelection,
    private readonly tags: SelectedTags,
    private readonly tagsOfTypes: TypeTags | undefined,
  ) {
    this.needsTypeNames = hidesTypes(selection);
  }

  /**
   * The strictest policy that any answer may have, dynamic hints apart. It is what a key may depend on: an answer without a
   * private field, because `me` was null, must not reach a caller for whom it is not null.
   */
  get staticPolicy(): CachePolicy {
    return this.selection.floor;
  }

  /** Equal to Apollo's `overallCachePolicy` for an answer without errors. */
  policyOf(answer: Readonly<Record<string, unknown>>, notes?: ExecutionNotes): CachePolicy {
    return answerPolicy(this.selection, answer, notes);
  }

  /** Those of fields and of the objects that have turned up; undefined when one cannot be named. */
  tagsOf(variables: Variables, answer: Readonly<Record<string, unknown>>): readonly string[] | undefined {
    const ofFields = this.tags.ofFields(variables);
    const ofTypes = this.tagsOfTypes === undefined ? [] : this.tagsOfTypes.of(answer);
    return ofFields === undefined || ofTypes === undefined ? undefined : [...ofFields, ...ofTypes];
  }
}

function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names].toSorted();
}

function hidesTypes(root: PolicySelection): boolean {
  const seen = new Set<PolicySelection>();
  const open = [root];
  for (let selection = open.pop(); selection !== undefined; selection = open.pop()) {
    if (seen.has(selection)) continue;
    seen.add(selection);
    if (selection.isTypeSensitive && selection.typenameKey === undefined) return true;
    for (const fields of selection.fieldsByType.values())
      for (const field of fields) if (field.selection !== undefined) open.push(field.selection);
  }
  return false;
}
