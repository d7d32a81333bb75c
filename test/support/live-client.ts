/** A stock graphql-ws client, and a look at the server's side of its subscriptions. */
import { EventBus } from '@app/platform';
import type { FormattedExecutionResult } from 'graphql';
import { createClient, type Client } from 'graphql-ws';
import { vi } from 'vitest';
import { WebSocket } from 'ws';
import type { GraphqlClient, GraphqlError, Variables } from './graphql-client.js';
import { patiently } from './patiently.js';
import type { RunningApp } from './start-app.js';

export function liveClient({ url, accessToken }: GraphqlClient): Client {
  return createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: true,
    ...(accessToken === undefined ? {} : { connectionParams: { authorization: `Bearer ${accessToken}` } }),
  });
}

/** Everything that a subscription has said so far. */
export class Listening<Data> {
  readonly received: Data[] = [];
  readonly errors: GraphqlError[] = [];
  isComplete = false;
  readonly stop: () => void;

  constructor(client: Client, query: string, variables: Variables = {}) {
    this.stop = client.subscribe<Data>(
      { query, variables: { ...variables } },
      {
        next: (result) => {
          const { data, errors } = result as FormattedExecutionResult<Data>;
          if (data !== undefined && data !== null) this.received.push(data);
          this.errors.push(...(errors ?? []));
        },
        error: (error) => {
          // GraphQL errors come as a list, the end of the socket as an event.
          const { code } = error as { code?: number };
          this.errors.push(
            ...(Array.isArray(error)
              ? (error as GraphqlError[])
              : [{ message: 'The socket was closed.', extensions: { code } }]),
          );
        },
        complete: () => {
          this.isComplete = true;
        },
      },
    );
  }

  /** Resolves with the first `count` once they are there. */
  async first(count: number): Promise<Data[]> {
    return vi.waitFor(() => {
      if (this.received.length < count)
        throw new Error(`${this.received.length} of ${count} events: ${JSON.stringify(this.errors)}`);
      return this.received.slice(0, count);
    }, patiently);
  }

  async refusal(): Promise<unknown> {
    return vi.waitFor(() => {
      const [error] = this.errors;
      if (error === undefined) throw new Error('The subscription was not refused.');
      return error.extensions?.['code'];
    }, patiently);
  }
}

/** Counts who listens to the node's event bus: a subscription is accepted when its listener is there. */
export class BusListeners {
  #active = 0;

  constructor({ app }: RunningApp) {
    const bus = app.get(EventBus, { strict: false });
    const subscribe = bus.subscribe.bind(bus);
    bus.subscribe = (listener, topics) => {
      const unsubscribe = subscribe(listener, topics);
      let listens = true;
      this.#active += 1;
      return () => {
        if (listens) this.#active -= 1;
        listens = false;
        unsubscribe();
      };
    };
  }

  get active(): number {
    return this.#active;
  }

  async reach(count: number): Promise<void> {
    await vi.waitFor(() => {
      if (this.#active !== count) throw new Error(`${this.#active} listen instead of ${count}.`);
    }, patiently);
  }
}
