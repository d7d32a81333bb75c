/** A thousand visitors open the same page at the same moment, over four nodes, and the database makes it once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ranStatements, type RanStatement } from '@app/platform';
import { signInAs } from '../support/accounts.js';
import { createSeededDatabase, dropDatabase } from '../support/database.js';
import { GraphqlClient } from '../support/graphql-client.js';
import { startApp, type RunningApp } from '../support/start-app.js';
import { statementsOf, watchStatements } from '../support/statement-count.js';

const nodeCount = 4;
const visitorsPerNode = 250;
const pageOf = (list: string) => `query Page {
  products(${list}) { totalCount nodes { id name price { amount } stock category { name } reviews(first: 2) { nodes { rating title } } } }
}`;

const rename =
  'mutation ($id: ID!, $name: String!) { updateProduct(input: { id: $id, name: $name }) { product { id } } }';

interface Page {
  readonly products: { readonly nodes: readonly { readonly id: string; readonly name: string }[] };
}

let databaseUrl: string;
let nodes: readonly RunningApp[];

/** All statements of this process, in which all nodes run, whichever request they are for. */
const ran: string[] = [];
const note = (message: unknown) => ran.push((message as RanStatement).sql);

beforeAll(async () => {
  watchStatements();
  databaseUrl = await createSeededDatabase();
  const env = { JWT_SECRET: 'the same secret on every node of the shop' };
  const start = () => startApp({ databaseUrl, env });
  nodes = await Promise.all(Array.from({ length: nodeCount }, start));
  ranStatements.subscribe(note);
});

afterAll(async () => {
  ranStatements.unsubscribe(note);
  await Promise.all(nodes.map((node) => node.stop()));
  await dropDatabase(databaseUrl);
});

function nodeAt(at: number): RunningApp {
  const node = nodes[at % nodeCount];
  if (node === undefined) throw new Error('There is no node.');
  return node;
}

/** @param seen what the visitors know of, as an answer told it. */
async function visit({ url }: RunningApp, query: string, seen: string): Promise<Page> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(seen !== '' && { 'x-swiftlet-seen': seen }) },
    body: JSON.stringify({ query }),
  });
  const { data } = (await response.json()) as { data: Page };
  return data;
}

/** @returns the different answers, and the statements that they cost beside what nodes ask for all the time by themselves. */
async function rush(
  query: string,
  page: readonly string[],
  seen = '',
): Promise<{ answers: string[]; statements: string[] }> {
  ran.length = 0;
  const visits = nodes.flatMap((node) =>
    Array.from({ length: visitorsPerNode }, () => visit(node, query, seen)),
  );
  const answers = new Set((await Promise.all(visits)).map((answer) => JSON.stringify(answer)));
  return { answers: [...answers], statements: ran.filter((sql) => page.includes(sql)).toSorted() };
}

describe('a page that a thousand ask for at once, 250 on each of four nodes', () => {
  it('costs the statements of one execution, the first time and after a change', async () => {
    // All nodes and visitors share this process: what is compiled and connected only now would keep nodes from hearing of
    // writes for longer than they trust their caches without. No row is read, so that none is known beforehand.
    await rush(pageOf('first: 20, filter: { skus: ["none"] }'), []);
    const query = pageOf('first: 20');
    // Past the cache, so that it leaves nothing there.
    const page = (await statementsOf(nodeAt(0).guest, query)).toSorted();
    expect(page.length).toBeGreaterThan(4);

    const first = await rush(query, page);
    expect(first.answers).toHaveLength(1);
    expect(first.statements).toEqual(page);

    const [product] = (JSON.parse(first.answers[0] ?? '') as Page).products.nodes;
    const { accessToken } = await signInAs(nodeAt(0), 'staff');
    const name = 'A name that everybody shall see';
    const writer = new GraphqlClient(nodeAt(1).url, accessToken);
    const { headers } = await writer.ask(rename, { id: product?.id, name });
    const second = await rush(query, page, headers.get('x-swiftlet-seen') ?? '');
    expect(second.answers).toHaveLength(1);
    expect(second.answers[0]).toContain(name);
    // Rows that have not changed are known by their keys; none of the other statements ran twice.
    expect(second.statements.length).toBeGreaterThan(0);
    expect(new Set(second.statements).size).toBe(second.statements.length);
  });
});
