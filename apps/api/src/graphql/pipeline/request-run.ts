/**
 * One run of a known document past the hooks of Apollo's plugins: the same hooks in the same order, with the context in
 * the same state, as in Apollo's own pipeline; only what is known of the document is not worked out again.
 */
import type {
  ApolloServerPlugin,
  BaseContext,
  GraphQLRequestContextDidEncounterErrors,
  GraphQLRequestContextDidResolveOperation,
  GraphQLRequestContextExecutionDidStart,
  GraphQLRequestContextWillSendResponse,
  GraphQLRequestExecutionListener,
  GraphQLRequestListener,
  GraphQLResponse,
} from '@apollo/server';
import type { ExecutionResult, FormattedExecutionResult, GraphQLError } from 'graphql';
import type { WillResolveField } from '../execution/watched-field.js';
import {
  answeredErrors,
  errorOf,
  graphqlErrorOf,
  mergeHead,
  withCode,
  type ErrorFormatting,
} from './answered-errors.js';
import { listenersOf, tellEach } from './hooks.js';
import type { KnownRequest } from './known-request.js';

type Listener = GraphQLRequestListener<BaseContext>;
type ExecutionListener = GraphQLRequestExecutionListener<BaseContext>;

/** Everything that hooks are told; at first most of it is missing. */
type Context = GraphQLRequestContextDidResolveOperation<BaseContext> &
  GraphQLRequestContextExecutionDidStart<BaseContext> &
  GraphQLRequestContextDidEncounterErrors<BaseContext> &
  GraphQLRequestContextWillSendResponse<BaseContext>;
export type RunContext = { -readonly [Name in keyof Context]: Context[Name] };

export type ExecuteRun = (
  context: RunContext,
  willResolveField: WillResolveField | undefined,
) => ExecutionResult | Promise<ExecutionResult>;

export interface RunSettings extends ErrorFormatting {
  readonly plugins: readonly ApolloServerPlugin[];
  /** Whether variables that do not fit are answered with 400. */
  readonly status400ForVariableCoercionErrors: boolean;
}

/** What Apollo would set in every resolver of the schema: hooks that end a field are called last to first. */
function fieldHooks(listeners: readonly ExecutionListener[]): WillResolveField | undefined {
  if (listeners.every((listener) => listener.willResolveField === undefined)) return undefined;
  return (params) => {
    const ends = listeners.map((listener) => listener.willResolveField?.(params)).toReversed();
    return (error, result) => {
      for (const end of ends) end?.(error, result);
    };
  };
}

export class RequestRun {
  #listeners: readonly Listener[] = [];

  constructor(
    private readonly settings: RunSettings,
    private readonly execute: ExecuteRun,
    private readonly context: RunContext,
  ) {}

  async respond({ known, operation }: KnownRequest): Promise<GraphQLResponse> {
    const { context } = this;
    this.#listeners = await listenersOf(this.settings.plugins, (plugin) => plugin.requestDidStart?.(context));
    context.metrics.persistedQueryHit = false;
    context.metrics.persistedQueryRegister = false;
    context.queryHash = known.queryHash;
    context.source = known.source;
    await this.#tell((listener) => listener.didResolveSource?.(context));
    context.document = known.document;
    context.operation = operation;
    context.operationName = operation.name?.value ?? null;
    try {
      await this.#tell((listener) => listener.didResolveOperation?.(context));
    } catch (error) {
      return this.#refuse(graphqlErrorOf(error));
    }
    const given = await this.#responseOfPlugin();
    if (given === undefined) return this.#executeAndRespond();
    context.response.body = given.body;
    mergeHead(context.response.http, given.http);
    return this.#send();
  }

  #tell(hook: (listener: Listener) => Promise<void> | undefined): Promise<unknown> | undefined {
    return tellEach(this.#listeners, hook);
  }

  async #responseOfPlugin(): Promise<GraphQLResponse | undefined> {
    for (const listener of this.#listeners) {
      const response = await listener.responseForOperation?.(this.context);
      if (response !== undefined && response !== null) return response;
    }
    return undefined;
  }

  async #executeAndRespond(): Promise<GraphQLResponse> {
    const { context } = this;
    const started = await listenersOf(this.#listeners, (listener) => listener.executionDidStart?.(context));
    const listeners = started.toReversed();
    try {
      await this.#answer(await this.execute(context, fieldHooks(listeners)));
    } catch (thrown) {
      const error = errorOf(thrown);
      await tellEach(listeners, (listener) => listener.executionDidEnd?.(error));
      return this.#refuse(graphqlErrorOf(error));
    }
    await tellEach(listeners, (listener) => listener.executionDidEnd?.());
    return this.#send();
  }

  async #answer(result: ExecutionResult): Promise<void> {
    const { response } = this.context;
    const errors = result.errors?.map(withCode);
    if (errors === undefined) {
      response.body = { kind: 'single', singleResult: singleResult(result, undefined) };
      return;
    }
    await this.#encounter(errors);
    const { formatted, head } = answeredErrors(errors, this.settings);
    const isRefused = errors.length > 0 && result.data === undefined;
    if (this.settings.status400ForVariableCoercionErrors && isRefused) head.status ??= 400;
    mergeHead(response.http, head);
    response.body = { kind: 'single', singleResult: singleResult(result, formatted) };
  }

  async #encounter(errors: readonly GraphQLError[]): Promise<void> {
    this.context.errors = errors;
    await this.#tell((listener) => listener.didEncounterErrors?.(this.context));
  }

  async #refuse(error: GraphQLError): Promise<GraphQLResponse> {
    const { response } = this.context;
    await this.#encounter([error]);
    const { formatted, head } = answeredErrors([error], this.settings);
    response.body = { kind: 'single', singleResult: { errors: formatted } };
    mergeHead(response.http, head);
    response.http.status ??= 500;
    return this.#send();
  }

  async #send(): Promise<GraphQLResponse> {
    await this.#tell((listener) => listener.willSendResponse?.(this.context));
    return this.context.response;
  }
}

/** Apollo's results have an entry for errors even when there are none. */
function singleResult(
  result: ExecutionResult,
  errors: FormattedExecutionResult['errors'],
): FormattedExecutionResult<Record<string, unknown>> {
  return { ...result, errors } as FormattedExecutionResult<Record<string, unknown>>;
}
