/** Tells which SQL statements one request sent, to catch lists that ask row by row. */
import { randomUUID } from 'node:crypto';
import { currentRequest } from '@app/platform';
import pg from 'pg';
import type { GraphqlClient, Variables } from './graphql-client.js';

type Query = (this: pg.Client, ...args: unknown[]) => unknown;

const sent = new Map<string, string[]>();

function textOf(query: unknown): string {
  return typeof query === 'string' ? query : String((query as { text?: unknown }).text);
}

/** Call it before the application starts: its connections take over what `pg` does by then. */
export function watchStatements(): void {
  const plainQuery = pg.Client.prototype.query as unknown as Query;
  const watched: Query = function query(this: pg.Client, ...args) {
    sent.get(currentRequest()?.requestId ?? '')?.push(textOf(args[0]));
    return plainQuery.apply(this, args);
  };
  pg.Client.prototype.query = watched as unknown as pg.Client['query'];
}

/** The statements of one query, which must succeed. */
export async function statementsOf(
  client: GraphqlClient,
  query: string,
  variables: Variables = {},
): Promise<readonly string[]> {
  const requestId = `statements-${randomUUID()}`;
  const statements: string[] = [];
  sent.set(requestId, statements);
  try {
    const response = await fetch(`${client.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-request-id': requestId,
        ...(client.accessToken === undefined ? {} : { authorization: `Bearer ${client.accessToken}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const { errors } = (await response.json()) as { errors?: unknown };
    if (errors !== undefined) throw new Error(`The query failed: ${JSON.stringify(errors)}`);
    return statements;
  } finally {
    sent.delete(requestId);
  }
}
