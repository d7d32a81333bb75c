/** Tells which SQL statements one request sent, to catch lists that ask row by row. */
import { randomUUID } from 'node:crypto';
import { currentRequest } from '@app/platform';
import pg from 'pg';
import type { GraphqlClient, Variables } from './graphql-client.js';

type Query = (this: pg.Client, ...args: unknown[]) => unknown;

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

const sent = new Map<string, Statement[]>();

function statementOf([query, values]: readonly unknown[]): Statement {
  const config =
    typeof query === 'string' ? { text: query } : (query as { text: string; values?: unknown[] });
  return { text: config.text, values: Array.isArray(values) ? values : (config.values ?? []) };
}

/** Call it before the application starts: its connections take over what `pg` does by then. */
export function watchStatements(): void {
  const { query: plainQuery } = pg.Client.prototype as unknown as { readonly query: Query };
  const watched: Query = function query(this: pg.Client, ...args) {
    sent.get(currentRequest()?.requestId ?? '')?.push(statementOf(args));
    return plainQuery.apply(this, args);
  };
  pg.Client.prototype.query = watched as unknown as pg.Client['query'];
}

/** The statements of one query, which must succeed. */
export async function sentFor(
  client: GraphqlClient,
  query: string,
  variables: Variables = {},
): Promise<readonly Statement[]> {
  const requestId = `statements-${randomUUID()}`;
  const statements: Statement[] = [];
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

/** Their texts alone. */
export async function statementsOf(...asked: Parameters<typeof sentFor>): Promise<readonly string[]> {
  return (await sentFor(...asked)).map(({ text }) => text);
}
