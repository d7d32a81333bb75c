/** No document, however clever, makes the server work more than its limits say. */
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../support/start-app.js';
import { codeOf, errorsOf, json, postJson, send } from './http.requests.js';

/** Far below what an exponential document would take, far above what a busy machine needs for refusing one. */
const promptMs = 2_000;

let app: RunningApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

async function refusal(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  const answer = await postJson(app.url, { query, variables });
  expect(answer.status, answer.text).toBe(400);
  return codeOf(answer);
}

async function promptly<T>(work: () => Promise<T>): Promise<T> {
  const startedMs = performance.now();
  const result = await work();
  expect(performance.now() - startedMs).toBeLessThan(promptMs);
  return result;
}

const nested = (levels: number) => `{ categories { ${'parent { '.repeat(levels)}id${' }'.repeat(levels)} } }`;

const aliases = (count: number) => Array.from({ length: count }, (_, i) => `a${i}: __typename`).join(' ');

const batch = (count: number) => Array.from({ length: count }, () => ({ query: '{ __typename }' }));

const costlyField = (i: number) =>
  `p${i}: products(first: 100) { nodes { category { id } attributes { name } } }`;

const costlyFields = (count: number) =>
  `{ ${Array.from({ length: count }, (_, i) => costlyField(i)).join(' ')} }`;

describe('depth', () => {
  it('is allowed up to the limit', async () => {
    const { status, errors } = await app.guest.ask(nested(13));
    expect({ status, errors }).toEqual({ status: 200, errors: undefined });
  });

  it('is refused beyond it', async () => {
    expect(await refusal(nested(14))).toBe('QUERY_TOO_DEEP');
  });

  it('is measured through fragments', async () => {
    const chain = Array.from(
      { length: 14 },
      (_, i) => `fragment F${i} on Category { parent { ...F${i + 1} } }`,
    );
    const query = `{ categories { ...F0 } } ${chain.join(' ')} fragment F14 on Category { id }`;
    expect(await refusal(query)).toBe('QUERY_TOO_DEEP');
  });

  it('is measured through inline fragments', async () => {
    const levels = '... on Category { parent { '.repeat(15);
    expect(await refusal(`{ categories { ${levels} id ${'} }'.repeat(15)} } }`)).toBe('QUERY_TOO_DEEP');
  });

  it('says how deep the query is and how deep it may be', async () => {
    const answer = await postJson(app.url, { query: nested(14) });
    expect(errorsOf(answer)[0]?.message).toBe('The query is 16 levels deep; 15 are allowed.');
  });

  it('cannot bring the parser down', async () => {
    const query = `{ products(filter: ${'['.repeat(1_900)}${']'.repeat(1_900)}) { totalCount } }`;
    // Where it gives up depends on how much stack there is; that it answers does not.
    expect(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED']).toContain(await refusal(query));
  });
});

describe('cost', () => {
  it('is the product of nested page sizes', async () => {
    const query = '{ products(first: 100) { nodes { reviews(first: 100) { nodes { id } } } } }';
    expect(await refusal(query)).toBe('QUERY_TOO_COSTLY');
  });

  it('is worked out from variables', async () => {
    const query = `query ($p: Int!, $r: Int!) {
      products(first: $p) { nodes { reviews(first: $r) { nodes { id } } } } }`;
    expect(await refusal(query, { p: 100, r: 100 })).toBe('QUERY_TOO_COSTLY');
    expect((await postJson(app.url, { query, variables: { p: 2, r: 2 } })).status).toBe(200);
  });

  it('is worked out from the defaults of variables', async () => {
    const query = `query ($r: Int = 100) {
      products(first: 100) { nodes { reviews(first: $r) { nodes { id } } } } }`;
    expect(await refusal(query)).toBe('QUERY_TOO_COSTLY');
  });

  it('counts pages read from the end', async () => {
    const query = '{ products(last: 100) { nodes { reviews(last: 100) { nodes { id } } } } }';
    expect(await refusal(query)).toBe('QUERY_TOO_COSTLY');
  });

  it('counts each alias', async () => {
    expect(
      (await postJson(app.url, { query: costlyFields(1).replaceAll('attributes { name }', '') })).status,
    ).toBe(200);
    expect(await refusal(costlyFields(10))).toBe('QUERY_TOO_COSTLY');
  });

  it('counts what skip and include leave standing only', async () => {
    const query = `query ($no: Boolean!) {
      products(first: 100) { nodes { id reviews(first: 100) @include(if: $no) { nodes { id } } } } }`;
    expect((await postJson(app.url, { query, variables: { no: false } })).status).toBe(200);
    expect(await refusal(query, { no: true })).toBe('QUERY_TOO_COSTLY');
  });

  it('refuses a page of any size beyond the limit, before it is read', async () => {
    expect(await refusal('{ products(first: 2147483647) { nodes { id } } }')).toBe('QUERY_TOO_COSTLY');
  });

  it('refuses a page that is larger than pages may be', async () => {
    expect(await app.guest.errorCode('{ products(first: 101) { nodes { id } } }')).toBe('BAD_USER_INPUT');
  });

  it('refuses a page of negative size', async () => {
    expect(await app.guest.errorCode('{ products(first: -1) { nodes { id } } }')).toBe('BAD_USER_INPUT');
  });

  it('cannot be escaped by an argument that fails', async () => {
    const query = `query ($unread: Boolean! = true) {
      a: node(id: "x") { id } notifications(unreadOnly: $unread) { totalCount }
      products(first: 100) { nodes { reviews(first: 100) { nodes { id } } } } }`;
    expect(await refusal(query.replace('Boolean! =', 'Boolean ='), { unread: null })).toBe(
      'QUERY_TOO_COSTLY',
    );
  });

  it('cannot be escaped by more nodes than are worth counting', async () => {
    const links = Array.from({ length: 300 }, (_, i) => `fragment L${i} on Query { ...L${i + 1} }`);
    const query = `{ ${'...L0 '.repeat(40)} } ${links.join(' ')}
      fragment L300 on Query { products(first: 100) { nodes { reviews(first: 100) { nodes { id } } } } }`;
    expect(await promptly(() => refusal(query))).toBe('QUERY_TOO_COSTLY');
  });

  it('says what the query costs and what is allowed', async () => {
    const query = '{ products(first: 100) { nodes { reviews(first: 100) { nodes { id } } } } }';
    const [error] = errorsOf(await postJson(app.url, { query }));
    expect(error?.message).toMatch(/^The query may cost \d+; 10000 is allowed\./);
    expect(error?.extensions).toMatchObject({ cost: expect.any(Number) as number, maxCost: 10_000 });
  });

  it('leaves the introspection that tools send alone', async () => {
    const { errors } = await app.guest.ask(getIntrospectionQuery({ oneOf: true }));
    expect(errors).toBeUndefined();
  });
});

describe('documents that multiply', () => {
  it('may have aliases up to the limit, and none more', async () => {
    expect((await postJson(app.url, { query: `{ ${aliases(30)} }` })).status).toBe(200);
    expect(await refusal(`{ ${aliases(31)} }`)).toBe('TOO_MANY_ALIASES');
  });

  it('have their aliases counted in every place a fragment is spread', async () => {
    const query = `{ ...A categories { ...B } } fragment A on Query { ${aliases(20)} }
      fragment B on Category { ${aliases(11)} }`;
    expect(await refusal(query)).toBe('TOO_MANY_ALIASES');
  });

  it('are refused at once when fragments double a hundred times', async () => {
    const chain = Array.from(
      { length: 100 },
      (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`,
    );
    const query = `{ ...F0 } ${chain.join(' ')} fragment F100 on Query { __typename }`;
    expect(await promptly(() => refusal(query))).toBe('QUERY_TOO_LARGE');
  });

  it('are refused at once when fragments go round in a circle', async () => {
    const query = `{ ...A } fragment A on Query { ...B ...B } fragment B on Query { ...C ...C }
      fragment C on Query { ...A ...A }`;
    expect(await promptly(() => refusal(query))).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('are refused at once when a fragment spreads itself', async () => {
    expect(await refusal('{ ...A } fragment A on Query { ...A }')).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('are refused at once when the same field stands there a thousand times', async () => {
    const answer = await promptly(() =>
      postJson(app.url, { query: `{ ${'categories { id } '.repeat(950)} }` }),
    );
    expect(answer.status).toBeLessThan(500);
  });

  it('have a largest number of tokens', async () => {
    const answer = await postJson(app.url, { query: `{ ${'__typename '.repeat(4_000)} }` });
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({
      status: 400,
      code: 'GRAPHQL_PARSE_FAILED',
    });
    expect(answer.text).toContain('4000 tokens');
  });

  it('have introspection no deeper than tools need', async () => {
    const query = `{ __schema { types { ${'fields { type { '.repeat(8)}name${' } }'.repeat(8)} } } }`;
    expect(await promptly(() => refusal(query))).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});

describe('bodies', () => {
  it('are refused with 413 beyond the limit', async () => {
    const answer = await postJson(app.url, { query: '{ __typename }', padding: 'x'.repeat(200_000) });
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    });
  });

  it('are refused with 413 when their length was not told beforehand', async () => {
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: json,
      duplex: 'half',
      body: new Blob(['{"query":"', 'x'.repeat(300_000), '"}']).stream(),
    }).catch((error: unknown) => error);
    // The server may hang up before the client has sent everything.
    if (response instanceof Response) expect(response.status).toBe(413);
    else expect(response).toBeInstanceOf(TypeError);
    expect((await app.guest.ask('{ __typename }')).status).toBe(200);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/xml'])(
    'are refused with 415 as %s',
    async (contentType) => {
      const answer = await send(app.url, {
        headers: { 'content-type': contentType, 'apollo-require-preflight': '1' },
        body: '{"query":"{ __typename }"}',
      });
      expect({ status: answer.status, code: codeOf(answer) }).toEqual({
        status: 415,
        code: 'UNSUPPORTED_MEDIA_TYPE',
      });
    },
  );

  it('may have variables nested ten thousand levels deep, which are refused for what they are', async () => {
    const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
    const answer = await send(app.url, {
      headers: json,
      body: `{"query":"query ($f: ProductFilter) { products(filter: $f) { totalCount } }","variables":{"f":${deep}}}`,
    });
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
  });
});

describe('batches', () => {
  it('are answered entry by entry', async () => {
    const answer = await postJson(app.url, [...batch(9), { query: '{ nothing }' }]);
    const results = JSON.parse(answer.text) as { data?: object; errors?: object[] }[];
    expect(results.filter(({ data }) => data !== undefined)).toHaveLength(9);
    expect(results[9]?.errors).toHaveLength(1);
  });

  it('are refused when they are longer than allowed', async () => {
    const answer = await postJson(app.url, batch(11));
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
    expect(answer.text).toContain('more than 10 operations');
  });
});
