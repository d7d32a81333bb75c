/** Tells the cache what an operation was: a question or not, its name, whether its answer is whole, and how long it may be kept. */
import type { ApolloServerPlugin, BaseContext } from '@apollo/server';
import { OperationTypeNode, type DocumentNode, type GraphQLSchema } from 'graphql';
import { freshness } from './core/freshness.js';
import { currentReads, type ReadsRecorder } from './core/reads-recorder.js';
import type { TtlStrategy } from './core/ttl-strategy.js';
import { OperationPolicy, type RequestPolicy } from './adapters/graphql/operation-policy.js';

export interface AnswerPluginOptions {
  /** Milliseconds that an answer is kept of which no `@cacheControl` says otherwise. */
  readonly defaultTtlMs: number;
  /** What `@cacheControl(strategy: "name")` means. */
  readonly strategies?: Readonly<Record<string, TtlStrategy>>;
  /** Milliseconds since the Unix epoch, for strategies that are bound to a schedule. */
  readonly nowMs?: () => number;
  readonly random?: () => number;
}

export function answerPlugin<Context extends BaseContext>(
  options: AnswerPluginOptions,
): ApolloServerPlugin<Context> {
  const policies = new OperationPolicies(options.defaultTtlMs / 1_000);
  return {
    requestDidStart: ({ schema }) => {
      const recorder = currentReads();
      if (recorder === undefined) return Promise.resolve();
      let policy: RequestPolicy | undefined;
      return Promise.resolve({
        didResolveOperation: ({ operation, operationName, document, request }) => {
          if (operation?.operation !== OperationTypeNode.QUERY)
            recorder.refuse(operation?.operation ?? 'nothing');
          recorder.description = { operation: operationName ?? 'anonymous', ttlMs: options.defaultTtlMs };
          policy = policies.of(schema, document, operationName)?.forRequest(request.variables ?? {});
          if (policy !== undefined) declareTags(recorder, policy, request.variables ?? {});
          return Promise.resolve();
        },
        didEncounterErrors: () => {
          recorder.refuse('errors');
          return Promise.resolve();
        },
        willSendResponse: ({ response }) => {
          const result = response.body.kind === 'single' ? response.body.singleResult : undefined;
          if (result?.errors !== undefined || result?.data === undefined || result.data === null)
            recorder.refuse('errors');
          else if (policy !== undefined) limitTo(recorder, policy, result.data, options);
          return Promise.resolve();
        },
      });
    },
  };
}

/** What the schema's hints allow, on top of what the fence takes care of: they can only shorten and narrow. */
function limitTo(
  recorder: ReadsRecorder,
  policy: RequestPolicy,
  answer: Record<string, unknown>,
  { defaultTtlMs, strategies = {}, nowMs = Date.now, random = Math.random }: AnswerPluginOptions,
): void {
  const { maxAgeSeconds, scope, strategies: names } = policy.policyOf(answer);
  if (scope === 'PRIVATE') recorder.narrow('user');
  const storedAtMs = nowMs();
  // Of an answer that is nothing but `__typename` no field has said anything.
  let ttlMs = maxAgeSeconds === Infinity ? defaultTtlMs : maxAgeSeconds * 1_000;
  for (const name of names) {
    const strategy = strategies[name];
    if (strategy === undefined) return recorder.refuse(`there is no TTL strategy "${name}"`);
    const history = { storedAtMs, lastUsedAtMs: storedAtMs, random: random() };
    ttlMs = Math.min(ttlMs, freshness(strategy, history).freshUntilMs - storedAtMs);
  }
  const { description } = recorder;
  if (description === undefined) return undefined;
  recorder.description = { ...description, ttlMs };
  return undefined;
}

/** A tag that cannot be named would be invalidated in vain, so that its answer is not kept. */
function declareTags(
  recorder: ReadsRecorder,
  policy: RequestPolicy,
  variables: Record<string, unknown>,
): void {
  const tags = policy.fieldTags(variables);
  if (tags === undefined || policy.typeTags.size > 0) recorder.refuse('has a tag that cannot be named');
  else recorder.dependOn(tags);
}

/** Compiled once for each document that Apollo keeps. */
class OperationPolicies {
  readonly #byDocument = new WeakMap<DocumentNode, Map<string | null, OperationPolicy | undefined>>();

  constructor(private readonly defaultMaxAge: number) {}

  of(schema: GraphQLSchema, document: DocumentNode, name: string | null): OperationPolicy | undefined {
    const byName = this.#byDocument.get(document) ?? new Map<string | null, OperationPolicy | undefined>();
    this.#byDocument.set(document, byName);
    if (!byName.has(name)) {
      const { defaultMaxAge } = this;
      byName.set(name, OperationPolicy.compile(schema, document, name ?? undefined, { defaultMaxAge }));
    }
    return byName.get(name);
  }
}
