/**
 * Executes of a query only the root fields that are not cached, and puts the answer together from all of them.
 *
 * Each root field has its own recorder, so that a catalogue beside somebody's account is still everybody's. Whatever is
 * memorised for a whole request must be so by recorder (`currentReads()`), not by request: a row that the loader of one part
 * has read would otherwise be a row that another part depends on without knowing it.
 */
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import type { CachedValues, ValueOptions } from '../../core/cached-values.js';
import type { ValueCodec } from '../../core/exact-value.js';
import { currentReads } from '../../core/reads-recorder.js';
import type { ScopeLevel } from '../../core/scope.js';
import type { AnswerRule, AnswerRules } from './answer-rules.js';
import { RootDivider, type DividedQuery, type RootPart } from './root-parts.js';

export type Execute = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

interface PartAnswer {
  /** In the order of the part's response names; undefined when an error has reached the root. */
  readonly values: readonly unknown[] | undefined;
  readonly errors: readonly GraphQLError[];
}

interface FoundPart extends PartAnswer {
  readonly isCached: boolean;
}

interface AskedQuery {
  readonly args: ExecutionArgs;
  readonly execute: Execute;
  /** Of the asker, before the first part began. */
  readonly knownBefore: ScopeLevel;
}

/** Answers are sent as JSON, so that nobody can tell the difference. */
const partCodec: ValueCodec<PartAnswer> = {
  encode: ({ values, errors }) => {
    if (values === undefined || errors.length > 0) return undefined;
    return { form: 'json', text: JSON.stringify(values) };
  },
  decode: (encoded) => ({
    values: encoded.form === 'json' ? (JSON.parse(encoded.text) as unknown[]) : undefined,
    errors: [],
  }),
};

export class PartialExecution {
  readonly #divider = new RootDivider();

  constructor(
    private readonly values: CachedValues,
    private readonly rules: AnswerRules,
  ) {}

  /** @param execute takes and answers what graphql's own does. */
  execute(args: ExecutionArgs, execute: Execute): ExecutionResult | Promise<ExecutionResult> {
    const recorder = this.values.usableIn();
    // What resolvers say of caching is known by their places in the whole answer.
    const divided =
      recorder === undefined || recorder.notes !== undefined ? undefined : this.#divider.divide(args);
    if (recorder === undefined || divided === undefined) return execute(args);
    const asked = { args, execute, knownBefore: recorder.scope };
    return this.#executeParts(divided, asked).then((found) => {
      recorder.isPartlyCached ||= found.some(({ isCached }) => isCached);
      return stitched(divided, found);
    });
  }

  async #executeParts({ parts }: DividedQuery, asked: AskedQuery): Promise<FoundPart[]> {
    return Promise.all(parts.map((part) => this.#executePart(part, asked)));
  }

  async #executePart(part: RootPart, { args, execute, knownBefore }: AskedQuery): Promise<FoundPart> {
    let isCached = true;
    const rule = this.#ruleOf(part, args);
    const make = async (): Promise<PartAnswer> => {
      isCached = false;
      const result = await execute({ ...args, document: part.document });
      const recorder = currentReads();
      const answer = partAnswer(part, result);
      if (answer.errors.length > 0) recorder?.refuse('errors');
      else if (recorder !== undefined) rule?.tag(recorder, result.data ?? {});
      return answer;
    };
    const floor = rule?.floor;
    if (part.key === undefined || floor === undefined) return { ...(await make()), isCached };
    const { aging, isPrivate } = floor;
    const options: ValueOptions<PartAnswer> = {
      codec: partCodec,
      ttl: aging,
      knownBefore, // not what its neighbours have found out, which began a moment before it
      ...(isPrivate && { scope: 'user' }),
      mayOutliveCaller: false, // resolvers use the context of their request
    };
    return { ...(await this.values.getOrMake(part.key, options, make)), isCached };
  }

  /** A part is kept by itself, so that what the schema says of it must be known of it as well as of the whole. */
  #ruleOf(
    { document }: RootPart,
    { schema, operationName, variableValues }: ExecutionArgs,
  ): AnswerRule | undefined {
    return this.rules.of({ schema, document, operationName, variables: variableValues ?? {} });
  }
}

function partAnswer({ responseNames }: RootPart, { data, errors = [] }: ExecutionResult): PartAnswer {
  const values =
    data === null || data === undefined ? undefined : responseNames.map((name) => data[name] ?? null);
  return { values, errors };
}

function stitched(
  { typeName, responseNames, parts }: DividedQuery,
  found: readonly FoundPart[],
): ExecutionResult {
  const errors = found.flatMap((part) => part.errors);
  const data = found.some(({ values }) => values === undefined)
    ? null
    : dataOf(responseNames, typeName, parts, found);
  return errors.length === 0 ? { data } : { errors, data };
}

function dataOf(
  responseNames: readonly string[],
  typeName: string,
  parts: readonly RootPart[],
  found: readonly FoundPart[],
): Record<string, unknown> {
  const byName = new Map<string, unknown>();
  for (const [at, part] of parts.entries()) {
    for (const [index, name] of part.responseNames.entries()) byName.set(name, found[at]?.values?.[index]);
  }
  // `__proto__` is a legal name in an answer.
  const data = Object.create(null) as Record<string, unknown>;
  // What belongs to no part is the name of the type.
  for (const name of responseNames) data[name] = byName.has(name) ? byName.get(name) : typeName;
  return data;
}
