/** Asks random questions of random schemas through the whole cache, for random people, and compares what they are told. */
import { ApolloServer, type ApolloServerOptionsWithGateway, type BaseContext } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';
import { execute, parse, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { AnswerRules } from '../adapters/graphql/answer-rules.js';
import { AnswerPlugin } from '../answer.plugin.js';
import { FastifyAnswerCache } from '../adapters/fastify-answer-cache.js';
import { PartialExecution } from '../adapters/graphql/partial-execution.js';
import { AnswerCache } from '../core/answer-cache.js';
import { AnswerEncoder } from '../core/answer-encoder.js';
import { AnswerHeaders } from '../core/answer-headers.js';
import { Answering } from '../core/answering.js';
import { ByteBudgetStore } from '../core/byte-budget-store.js';
import type { CachedAnswer } from '../core/cached-answer.js';
import { currentReads } from '../core/reads-recorder.js';
import type { ScopeLevel, ScopeValues, watchScope } from '../core/scope.js';
import { noSharedStore } from '../core/shared-store.js';
import { leakQuery, leakSchema, type LeakCaches, type LeakContext } from './leak-world.js';
import { drawFrom } from './random-graphql.js';
import { ValueNode } from './value-node.js';

export interface LeakHuntOptions {
  readonly seed: number;
  /** Answers that are compared. */
  readonly cases: number;
  /** What notes the looks; broken on purpose where the hunt itself is tested. */
  readonly watch: typeof watchScope;
  /** Watches the context itself as well, of which resolvers then have a copy. */
  readonly watchesContext?: boolean;
  /** What loaders of entities see of the context; broken on purpose as well. */
  readonly seenByLoaders?: LeakCaches['seenByLoaders'];
}

export interface Leak {
  readonly query: string;
  readonly asker: ScopeValues;
  readonly told: string;
  readonly expected: string;
  readonly cacheStatus: string;
}

export interface LeakReport {
  readonly cases: number;
  /** Answers that came as stored bytes. */
  readonly hits: number;
  /** Answers that were put together from cached and executed root fields. */
  readonly partial: number;
  readonly leaks: readonly Leak[];
}

const casesPerSchema = 80;
const queriesPerSchema = 10;
/** People who ask at one moment: flights are joined by those who may. */
const atOnce = 4;
const ttlMs = 600_000;

const askers: readonly ScopeValues[] = [
  ...Array.from({ length: 4 }, () => ({ role: 'anonymous' })),
  ...['customer', 'administrator'].flatMap((role) =>
    [undefined, 'north', 'so'].flatMap((tenant) =>
      ['ada', 'bo', 'charlie'].map((user) => ({ role, tenant, user })),
    ),
  ),
];

export async function huntLeaks({ seed, cases, ...watching }: LeakHuntOptions): Promise<LeakReport> {
  const draw = drawFrom(seed);
  const report = { cases: 0, hits: 0, partial: 0, leaks: [] as Leak[] };
  while (report.cases < cases) {
    const shop = await LeakyShop.open(draw(2 ** 31), watching);
    const queries = Array.from({ length: queriesPerSchema }, () => leakQuery(draw, shop.plain));
    for (let asked = 0; asked < casesPerSchema; asked += atOnce) {
      const query = queries[draw(queries.length)] ?? '';
      const crowd = Array.from(
        { length: atOnce },
        () => askers[draw(askers.length)] ?? { role: 'anonymous' },
      );
      const answers = await Promise.all(crowd.map((asker) => shop.ask(query, asker)));
      for (const { told, expected, cacheStatus, asker } of answers) {
        report.cases += 1;
        if (cacheStatus.includes('; hit')) report.hits += 1;
        if (cacheStatus.includes('fwd=partial')) report.partial += 1;
        if (told !== expected) report.leaks.push({ query, asker, told, expected, cacheStatus });
      }
    }
    await shop.close();
  }
  return report;
}

class LeakyShop {
  #requests = 0;

  private constructor(
    /** The same resolvers without any cache. */
    readonly plain: GraphQLSchema,
    private readonly server: FastifyInstance,
    private readonly apollo: ApolloServer,
  ) {}

  static async open(seed: number, watching: Omit<LeakHuntOptions, 'seed' | 'cases'>): Promise<LeakyShop> {
    const node = await new ValueNode().start();
    const rules = new AnswerRules({ defaultTtlMs: ttlMs });
    const { values, entities } = node;
    const { seenByLoaders = (context) => context } = watching;
    const schema = leakSchema(drawFrom(seed), { values, entities, seenByLoaders });
    const apollo = new ApolloServer<BaseContext>({
      gateway: partialGateway(schema, new PartialExecution(node.values, rules)),
      plugins: [new AnswerPlugin(rules), ApolloServerPluginCacheControlDisabled()],
      stopOnTerminationSignals: false,
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    });
    await apollo.start();
    const server = fastify();
    const cache = answerCache(node);
    cache.attach(server);
    server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
      const bytes = Buffer.from(body);
      const parseUnless = (isAnswered: boolean) =>
        done(null, isAnswered ? undefined : (JSON.parse(bytes.toString()) as unknown));
      const isAnswered = cache.consult(request, bytes);
      if (typeof isAnswered === 'boolean') parseUnless(isAnswered);
      else isAnswered.then(parseUnless, done);
    });
    const context = (request: FastifyRequest) =>
      Promise.resolve(watchedContext(contextOf(request), watching));
    server.post('/graphql', fastifyApolloHandler(apollo, { context }));
    await server.ready();
    return new LeakyShop(leakSchema(drawFrom(seed), undefined), server, apollo);
  }

  async ask(query: string, asker: ScopeValues) {
    const requestId = `r${(this.#requests += 1)}`;
    const session = `s${'x'.repeat(this.#requests % 7)}`;
    const headers = { asker: JSON.stringify({ ...asker, session }), 'x-request-id': requestId };
    const response = await this.server.inject({
      method: 'POST',
      url: '/graphql',
      headers,
      payload: { query },
    });
    const contextValue = contextOf({ headers });
    const plain = await execute({ schema: this.plain, document: parse(query), contextValue });
    return {
      asker,
      told: comparable(response.json<ExecutionResult>()),
      expected: comparable(plain),
      cacheStatus: String(response.headers['cache-status']),
    };
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.apollo.stop();
  }
}

/** The same text for the same data and errors; which of two errors is told first depends on time alone. */
function comparable({ data, errors = [] }: ExecutionResult): string {
  const told = errors.map(({ message, path }) => JSON.stringify([message, path])).toSorted();
  return JSON.stringify({ data, told });
}

function contextOf({ headers }: Pick<FastifyRequest, 'headers'>): LeakContext {
  const viewer = JSON.parse(String(headers['asker'])) as LeakContext['viewer'];
  return { viewer, request: { id: String(headers['x-request-id']) } };
}

/** What is in the context is watched, and not the context, because Apollo copies that before anybody reads it. */
function watchedContext(
  { viewer, request }: LeakContext,
  { watch, watchesContext = false }: Pick<LeakHuntOptions, 'watch' | 'watchesContext'>,
): LeakContext {
  const recorder = currentReads();
  if (recorder === undefined) throw new Error('Every question of the hunt is recorded.');
  const onRead = (level: ScopeLevel) => recorder.lookedAt(level);
  const watchedViewer = watch(viewer, { role: 'role', tenant: 'tenant', user: 'user' }, onRead);
  if (watchesContext) return watch({ viewer: watchedViewer, request }, { viewer: 'public' }, onRead);
  return { viewer: watchedViewer, request: watch(request, {}, onRead) };
}

function answerCache(node: ValueNode): FastifyAnswerCache {
  const { fence, log } = node;
  const nowMs = () => node.nowMs;
  const memory = new ByteBudgetStore<CachedAnswer>({
    budgetBytes: 1 << 22,
    onRemoved: (_key, answer) => fence.release(answer.cells),
  });
  const cache = new AnswerCache({ fence, memory, shared: noSharedStore, nowMs });
  return new FastifyAnswerCache({
    answering: new Answering({ fence, log, cache, nowMs, pause: () => Promise.resolve(), random: () => 0.5 }),
    encoder: new AnswerEncoder(
      (_coding, body) => Promise.resolve(body),
      (answer) => cache.resize(answer),
    ),
    headers: new AnswerHeaders({
      nowMs,
      hasCdn: false,
      surrogateKeysOf: () => undefined,
      cdnLifetimeIn: 'cdn-cache-control',
    }),
    observer: {
      kept: () => undefined,
      adopted: () => undefined,
      unkept: () => undefined,
      hit: () => undefined,
    },
    isOwn: () => false,
    isForgeable: () => false,
    forgeryHeaders: [],
    asksQuestion: () => true,
    scopeOf: ({ headers }) => {
      const { session: _, ...asker } = JSON.parse(String(headers['asker'])) as LeakContext['viewer'];
      return asker;
    },
  });
}

type Gateway = ApolloServerOptionsWithGateway<BaseContext>['gateway'];

/** Apollo's own door for another executor. */
function partialGateway(schema: GraphQLSchema, partial: PartialExecution): Gateway {
  let listen: Parameters<Gateway['onSchemaLoadOrUpdate']>[0] | undefined;
  return {
    onSchemaLoadOrUpdate(listener) {
      listen = listener;
      return () => undefined;
    },
    load() {
      listen?.({ apiSchema: schema, coreSupergraphSdl: '' });
      return Promise.resolve({
        executor: async ({ document, context, request }) =>
          partial.execute(
            { schema, document, contextValue: context, variableValues: request.variables ?? null },
            execute,
          ),
      });
    },
    stop: () => Promise.resolve(),
  };
}
