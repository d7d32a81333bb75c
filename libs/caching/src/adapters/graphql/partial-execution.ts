/**
 * Executes of a query only the root fields that are not cached, and puts the answer together from all of them.
 *
 * Each root field has its own recorder, so that a catalogue beside somebody's account is still everybody's. Whatever is
 * memorised for a whole request must be so by recorder (`currentReads()`), not by request: a row that the loader of one part
 * has read would otherwise be a row that another part depends on without knowing it.
 */
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import type { CachedValues } from '../../core/cached-values.js';
import type { ValueCodec } from '../../core/exact-value.js';
import { currentReads } from '../../core/reads-recorder.js';
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

  constructor(private readonly values: CachedValues) {}

  /** @param execute takes and answers what graphql's own does. */
  execute(args: ExecutionArgs, execute: Execute): ExecutionResult | Promise<ExecutionResult> {
    const recorder = this.values.usableIn();
    const divided = recorder === undefined ? undefined : this.#divider.divide(args);
    if (recorder === undefined || divided === undefined) return execute(args);
    return this.#executeParts(divided, args, execute).then((found) => {
      recorder.isPartlyCached ||= found.some(({ isCached }) => isCached);
      return stitched(divided, found);
    });
  }

  async #executeParts({ parts }: DividedQuery, args: ExecutionArgs, execute: Execute): Promise<FoundPart[]> {
    return Promise.all(parts.map((part) => this.#executePart(part, args, execute)));
  }

  async #executePart(part: RootPart, args: ExecutionArgs, execute: Execute): Promise<FoundPart> {
    let isCached = true;
    const make = async (): Promise<PartAnswer> => {
      isCached = false;
      const answer = partAnswer(part, await execute({ ...args, document: part.document }));
      if (answer.errors.length > 0) currentReads()?.refuse('errors');
      return answer;
    };
    const answer = await (part.key === undefined
      ? make()
      : this.values.getOrMake(part.key, { codec: partCodec }, make));
    return { ...answer, isCached };
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
