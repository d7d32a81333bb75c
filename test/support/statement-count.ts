/** Tells which SQL statements one request sent, to catch lists that ask row by row. */
import { randomUUID } from 'node:crypto';
import { currentRequest, ranStatements, type RanStatement } from '@app/platform';
import type { GraphqlClient, Variables } from './graphql-client.js';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

const sent = new Map<string, Statement[]>();

function note(message: unknown): void {
  const { sql, values } = message as RanStatement;
  sent.get(currentRequest()?.requestId ?? '')?.push({ text: sql, values });
}

export function watchStatements(): void {
  ranStatements.subscribe(note);
}

/** An answer that lies ready needs no statement. */
const pastCaches = { 'cache-control': 'no-cache' };

/** The statements of one query, which must succeed. */
export async function sentFor(
  client: GraphqlClient,
  query: string,
  variables: Variables = {},
  headers: Readonly<Record<string, string>> = pastCaches,
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
        ...headers,
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
