/** Tells the cache what an operation was: a question or not, its name, whether its answer is whole, and how it ages. */
import type {
  ApolloServerPlugin,
  BaseContext,
  GraphQLRequestContext,
  GraphQLRequestListener,
  GraphQLServerContext,
} from '@apollo/server';
import { Plugin } from '@nestjs/apollo';
import { OperationTypeNode } from 'graphql';
import type { AnswerRule, AnswerRules } from './adapters/graphql/answer-rules.js';
import { observeExecution } from './adapters/graphql/observe-execution.js';
import { policyOfHint, type CacheHint } from './core/cache-policy.js';
import { ExecutionNotes } from './core/execution-notes.js';
import { windowOfAll } from './core/freshness.js';
import { currentReads } from './core/reads-recorder.js';

/** Until it is known what the hints say of an answer, it may be kept for no time at all. */
const unknown = { aging: [{ kind: 'fixed', ttlMs: 0 }], kind: 'value' } as const;

const notesOf = () => currentReads()?.notes;

/** Nest finds it by itself where the module of the cache is imported; other servers of Apollo are given it. */
@Plugin()
export class AnswerPlugin<Context extends BaseContext> implements ApolloServerPlugin<Context> {
  constructor(
    private readonly rules: AnswerRules,
    private readonly nowMs: () => number = Date.now,
  ) {}

  serverWillStart({ schema }: GraphQLServerContext): Promise<void> {
    const { hearsResolvers, defaultAge } = this.rules;
    if (hearsResolvers) {
      observeExecution(schema, { defaultAge, notesOf, onSpoken: (hint) => this.#hear(hint) });
    }
    return Promise.resolve();
  }

  requestDidStart({
    schema,
  }: GraphQLRequestContext<Context>): Promise<GraphQLRequestListener<Context> | void> {
    const recorder = currentReads();
    if (recorder === undefined) return Promise.resolve();
    let rule: AnswerRule | undefined;
    return Promise.resolve({
      didResolveOperation: ({ operation, operationName, document, request: { variables = {} } }) => {
        if (operation?.operation !== OperationTypeNode.QUERY) {
          recorder.refuse(operation?.operation ?? 'nothing');
          return Promise.resolve();
        }
        recorder.description = { operation: operationName ?? 'anonymous', ...unknown };
        rule = this.rules.of({ schema, document, operationName, variables });
        if (this.rules.hearsResolvers && rule !== undefined)
          recorder.notes = new ExecutionNotes(rule.needsTypeNames);
        return Promise.resolve();
      },
      didEncounterErrors: () => {
        recorder.refuse('errors');
        return Promise.resolve();
      },
      willSendResponse: ({ response: { body } }) => {
        const { data, errors } = body.kind === 'single' ? body.singleResult : {};
        const { description } = recorder;
        if (errors !== undefined || data === undefined || data === null) recorder.refuse('errors');
        else if (description !== undefined && rule !== undefined)
          recorder.description = { ...description, ...rule.apply(recorder, data, recorder.notes) };
        return Promise.resolve();
      },
    });
  }

  /** What is cached below the field that speaks, the field itself perhaps, will not run and so not speak the next time. */
  #hear(hint: CacheHint): void {
    const recorder = currentReads();
    if (recorder?.outer === undefined) return;
    if (hint.scope === 'PRIVATE') recorder.narrow('user');
    const aging = this.rules.agingOf(policyOfHint(hint));
    if (hint.maxAge === undefined || typeof aging === 'string') return;
    const storedAtMs = this.nowMs();
    recorder.limitTo(windowOfAll(aging, { storedAtMs, lastUsedAtMs: storedAtMs, random: 0 }));
  }
}
