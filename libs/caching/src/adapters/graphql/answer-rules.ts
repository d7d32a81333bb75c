/** What a schema's hints make of an operation or of a part of one: how its answer ages, who may share it, which tags end it. */
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { CachePolicy, DefaultAge } from '../../core/cache-policy.js';
import type { ExecutionNotes } from '../../core/execution-notes.js';
import { kindOf, type AnswerKind } from '../../core/freshness.js';
import type { AnswerDescription } from '../../core/reads-recorder.js';
import type { TtlStrategy } from '../../core/ttl-strategy.js';
import { OperationPolicy, type RequestPolicy } from './operation-policy.js';

export interface AnswerRulesOptions {
  /** Milliseconds that an answer is fresh of which nothing is said; 0 keeps only what a hint allows. */
  readonly defaultTtlMs: number;
  /** Milliseconds after that in which it may be given while it is made anew. */
  readonly staleWhileRevalidateMs?: number;
  /** Milliseconds after its freshness in which it may be given because its successor cannot be made. */
  readonly staleIfErrorMs?: number;
  /** What `@cacheControl(strategy: "name")` means. */
  readonly strategies?: Readonly<Record<string, TtlStrategy>>;
  /** By the name of an operation, that of the strategy by which its answers age, whatever else is said of them. */
  readonly operations?: Readonly<Record<string, string>>;
  /** True where resolvers may speak by `info.cacheControl`: each of them is wrapped for it. */
  readonly hearsResolvers?: boolean;
}

/** A request, or a part of one. */
export interface RuledOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

type Answer = Readonly<Record<string, unknown>>;

export class AnswerRules {
  readonly #byDocument = new WeakMap<DocumentNode, Map<string | undefined, OperationPolicy | undefined>>();
  readonly #strategies: Readonly<Record<string, TtlStrategy>>;
  readonly #operations: Readonly<Record<string, string>>;
  readonly #default: TtlStrategy;
  readonly defaultAge: DefaultAge;
  readonly hearsResolvers: boolean;

  constructor({
    defaultTtlMs,
    staleWhileRevalidateMs = 0,
    staleIfErrorMs = 0,
    strategies = {},
    operations = {},
    hearsResolvers = false,
  }: AnswerRulesOptions) {
    this.#strategies = strategies;
    this.#operations = operations;
    this.#default = { kind: 'fixed', ttlMs: defaultTtlMs, staleWhileRevalidateMs, staleIfErrorMs };
    this.defaultAge = {
      maxAge: defaultTtlMs / 1_000,
      swr: staleWhileRevalidateMs / 1_000,
      sie: staleIfErrorMs / 1_000,
    };
    this.hearsResolvers = hearsResolvers;
  }

  /** Undefined for what is no operation of the document. */
  of({ schema, document, operationName, variables }: RuledOperation): AnswerRule | undefined {
    const policy = this.#policyOf(schema, document, operationName ?? undefined)?.forRequest(variables);
    if (policy === undefined) return undefined;
    const name = operationName ?? '';
    const ofOperation = Object.hasOwn(this.#operations, name) ? this.#operations[name] : undefined;
    return new AnswerRule(policy, variables, (cachePolicy) => this.agingOf(cachePolicy, ofOperation));
  }

  /** @returns the name of a strategy that there is not. */
  agingOf(
    { maxAgeSeconds, revalidateUntilSeconds, errorUntilSeconds, strategies: hintedNames }: CachePolicy,
    ofOperation?: string,
  ): readonly TtlStrategy[] | string {
    const names = ofOperation === undefined ? hintedNames : [...hintedNames, ofOperation];
    const ttlMs = maxAgeSeconds * 1_000;
    const hinted: TtlStrategy = {
      kind: 'fixed',
      ttlMs,
      staleWhileRevalidateMs: revalidateUntilSeconds * 1_000 - ttlMs,
      staleIfErrorMs: errorUntilSeconds * 1_000 - ttlMs,
    };
    // Of an answer that is nothing but `__typename` no field has said anything.
    const aging = [maxAgeSeconds === Infinity ? this.#default : hinted];
    for (const name of names) {
      const strategy = this.#strategies[name];
      if (strategy === undefined) return name;
      aging.push(strategy);
    }
    return aging;
  }

  /** Compiled once for each document that the server keeps. */
  #policyOf(
    schema: GraphQLSchema,
    document: DocumentNode,
    name: string | undefined,
  ): OperationPolicy | undefined {
    const byName =
      this.#byDocument.get(document) ?? new Map<string | undefined, OperationPolicy | undefined>();
    this.#byDocument.set(document, byName);
    if (!byName.has(name)) {
      const { defaultAge } = this;
      byName.set(name, OperationPolicy.compile(schema, document, name, { defaultAge }));
    }
    return byName.get(name);
  }
}

/** What an answer's making notes of the hints; the recorder of an answer or of a part of one. */
export interface RuleSubject {
  narrow(scope: 'user'): void;
  dependOn(tags: readonly string[]): void;
  refuse(obstacle: string): void;
}

export class AnswerRule {
  constructor(
    private readonly policy: RequestPolicy,
    private readonly variables: Readonly<Record<string, unknown>>,
    private readonly agingOf: (policy: CachePolicy) => readonly TtlStrategy[] | string,
  ) {}

  /** True if types matter that the answer itself does not show. */
  get needsTypeNames(): boolean {
    return this.policy.needsTypeNames;
  }

  /** The strictest that any answer may have; undefined where none may be kept. */
  get floor(): { readonly aging: readonly TtlStrategy[]; readonly isPrivate: boolean } | undefined {
    const { staticPolicy } = this.policy;
    const aging = this.agingOf(staticPolicy);
    if (typeof aging === 'string' || staticPolicy.maxAgeSeconds <= 0) return undefined;
    return { aging, isPrivate: staticPolicy.scope === 'PRIVATE' };
  }

  /** Notes what the hints demand of an answer without errors. @returns how it ages. */
  apply(subject: RuleSubject, answer: Answer, notes?: ExecutionNotes): Omit<AnswerDescription, 'operation'> {
    this.tag(subject, answer);
    const policy = this.policy.policyOf(answer, notes);
    if (policy.scope === 'PRIVATE') subject.narrow('user');
    const aging = this.agingOf(policy);
    if (typeof aging !== 'string') return { aging, kind: kindOfAnswer(answer) };
    subject.refuse(`there is no TTL strategy "${aging}"`);
    return { aging: [{ kind: 'fixed', ttlMs: 0 }], kind: 'value' };
  }

  /** A tag that cannot be named would be invalidated in vain, so that its answer is not kept. */
  tag(subject: RuleSubject, answer: Answer): void {
    const tags = this.policy.tagsOf(this.variables, answer);
    if (tags === undefined) subject.refuse('has a tag that cannot be named');
    else subject.dependOn(tags);
  }
}

/** Empty when nothing was found by any of its fields. */
function kindOfAnswer(answer: Answer): AnswerKind {
  return Object.values(answer).every((value) => kindOf(value) === 'empty') ? 'empty' : 'value';
}
