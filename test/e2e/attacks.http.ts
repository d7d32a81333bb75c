/** Requests that no client would send, as a table: what is sent, what comes back, what the answer says. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { json, type RawRequest } from './http.requests.js';

export interface Attack extends RawRequest {
  readonly name: string;
  readonly status: number;
  /** What is wrong, in the answer's own words. */
  readonly says: RegExp;
}

const query = '{ __typename }';
const preflighted = { 'apollo-require-preflight': '1' };

/** A POST of JSON text, as it stands. */
const text = (name: string, body: string | Buffer, status: number, says: RegExp): Attack => ({
  name,
  headers: json,
  body,
  status,
  says,
});
const body = (name: string, value: unknown, status: number, says: RegExp): Attack =>
  text(name, JSON.stringify(value), status, says);
const document = (name: string, source: string, says: RegExp): Attack =>
  body(name, { query: source }, 400, says);
const typed = (
  name: string,
  contentType: string | readonly string[],
  status: number,
  says: RegExp,
  sent: string | Buffer = JSON.stringify({ query }),
): Attack => ({ name, headers: { 'content-type': contentType, ...preflighted }, body: sent, status, says });
const get = (name: string, path: string, status: number, says: RegExp): Attack => ({
  name,
  method: 'GET',
  path,
  headers: preflighted,
  status,
  says,
});
const method = (name: string, says: RegExp, status = 405): Attack => ({
  name: `${name} /graphql`,
  method: name,
  headers: json,
  ...(name === 'HEAD' ? {} : { body: JSON.stringify({ query }) }),
  status,
  says,
});

const search = (parameters: Readonly<Record<string, string>>) =>
  `/graphql?${new URLSearchParams(parameters).toString()}`;
const hashOf = (source: string) => createHash('sha256').update(source).digest('hex');
const apq = (name: string, persistedQuery: unknown, says: RegExp): Attack =>
  body(name, { query, extensions: { persistedQuery } }, 400, says);

const texts: readonly Attack[] = [
  text('no body', '', 400, /body is empty/),
  text('blanks', '   \n', 400, /body is empty/),
  text('an open brace', '{', 400, /not valid JSON/),
  text('an open string', '{"query":"{ __typename }', 400, /not valid JSON/),
  text('a trailing comma', '{"query":"{ __typename }",}', 400, /not valid JSON/),
  text('single quotes', "{'query':'{ __typename }'}", 400, /not valid JSON/),
  text('a comment', '{"query":"{ __typename }"} // please', 400, /not valid JSON/),
  text('two objects', '{"query":"{ __typename }"}{"query":"{ __typename }"}', 400, /not valid JSON/),
  text('NaN', '{"query":"{ __typename }","variables":NaN}', 400, /not valid JSON/),
  text('undefined', 'undefined', 400, /not valid JSON/),
  text('bare GraphQL', query, 400, /not valid JSON/),
  text('XML', '<query>{ __typename }</query>', 400, /not valid JSON/),
  text('a NUL byte', '{"query":"{ __type\0name }"}', 400, /not valid JSON/),
  text('only NUL bytes', '\0\0\0\0', 400, /not valid JSON/),
  text('a raw line break in a string', '{"query":"{\n__typename }"}', 400, /not valid JSON/),
  text('a lone high byte', Buffer.from([0xff]), 400, /not valid UTF-8/),
  text('an overlong slash', Buffer.from('7b2271223a22c0af227d', 'hex'), 400, /not valid UTF-8/),
  text('a surrogate as bytes', Buffer.from('7b2271223a22eda080227d', 'hex'), 400, /not valid UTF-8/),
  text('a truncated character', Buffer.from('7b2271223a22e282', 'hex'), 400, /not valid UTF-8/),
  text('UTF-16', Buffer.from(`\uFEFF${JSON.stringify({ query })}`, 'utf16le'), 400, /not valid UTF-8/),
  text('UTF-32 by its mark', Buffer.from('0000feff0000007b', 'hex'), 400, /not valid UTF-8/),
  text(
    'lists a hundred thousand deep',
    `${'['.repeat(90_000)}${']'.repeat(90_000)}`,
    400,
    /operations|object/,
  ),
  text(
    'objects ten thousand deep',
    `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
    400,
    /non-empty `query`/,
  ),
  text('__proto__', `{"query":"${query}","__proto__":{"a":1}}`, 400, /__proto__/),
  text('__proto__ in variables', `{"query":"${query}","variables":{"__proto__":{"a":1}}}`, 400, /__proto__/),
  text('__proto__ in escapes', `{"query":"${query}","\\u005f_proto__":{"a":1}}`, 400, /__proto__/),
  text(
    'constructor.prototype',
    `{"query":"${query}","variables":{"constructor":{"prototype":{}}}}`,
    400,
    /constructor/,
  ),
  text('a body of 250 kB', `{"query":"${'x'.repeat(250_000)}"}`, 413, /too large/),
];

const shapes: readonly Attack[] = [
  body('null', null, 400, /JSON object/),
  body('a number', 5, 400, /JSON object/),
  body('a string', query, 400, /JSON object/),
  body('true', true, 400, /JSON object/),
  body('an empty object', {}, 400, /JSON object/),
  body('an empty batch', [], 400, /No operations/),
  body('a batch of null', [null], 400, /JSON object/),
  body('a batch in a batch', [[{ query }]], 400, /JSON object/),
  body('a batch with a number', [{ query }, 7], 400, /JSON object/),
  body(
    'a batch of eleven',
    Array.from({ length: 11 }, () => ({ query })),
    400,
    /more than 10 operations/,
  ),
  body('a misspelt query', { qeury: query }, 400, /non-empty `query`/),
  body('an empty query', { query: '' }, 400, /non-empty `query`/),
  body('a null query', { query: null }, 400, /non-empty `query`/),
  body('a numeric query', { query: 5 }, 400, /must be strings/),
  body('a false query', { query: false }, 400, /non-empty `query`/),
  body('a list for a query', { query: [query] }, 400, /must be strings/),
  body('an object for a query', { query: { kind: 'Document' } }, 400, /must be strings/),
  body('variables in a string', { query, variables: '{}' }, 400, /`variables`/),
  body('a list of variables', { query, variables: [1] }, 400, /`variables`/),
  body('variables that are a number', { query, variables: 1 }, 400, /`variables`/),
  body('variables that are false', { query, variables: false }, 400, /`variables`/),
  body('a numeric operation name', { query, operationName: 1 }, 400, /`operationName`/),
  body('a list of operation names', { query, operationName: ['A'] }, 400, /`operationName`/),
  body('an object for an operation name', { query, operationName: {} }, 400, /`operationName`/),
  body('extensions in a string', { query, extensions: 'x' }, 400, /`extensions`/),
  body('a list of extensions', { query, extensions: [] }, 400, /`extensions`/),
  body('an unknown operation', { query: 'query A { __typename }', operationName: 'B' }, 400, /"B"/),
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((name) =>
    body(
      `the operation ${name}`,
      { query: 'query A { __typename }', operationName: name },
      400,
      new RegExp(name),
    ),
  ),
  body(
    'no name for two operations',
    { query: 'query A { a: __typename } query B { b: __typename }' },
    400,
    /name/,
  ),
  apq('another document’s hash', { version: 1, sha256Hash: hashOf('{ other }') }, /sha does not match/),
  apq('a hash that is a number', { version: 1, sha256Hash: 7 }, /sha does not match/),
  apq('a persisted query of version 2', { version: 2, sha256Hash: hashOf(query) }, /version/),
  apq('a persisted query that is true', true, /version/),
  apq('a list of persisted queries', [1], /version/),
];

const variables = (name: string, type: string, value: unknown, says: RegExp): Attack =>
  body(
    name,
    {
      query: `query ($v: ${type}) { ${useOf[type] ?? ''} }`,
      variables: value === undefined ? {} : { v: value },
    },
    400,
    says,
  );
const useOf: Readonly<Record<string, string>> = {
  'Int!': 'products(first: $v) { totalCount }',
  'ID!': 'node(id: $v) { id }',
  '[ID!]!': 'nodes(ids: $v) { id }',
  'String!': 'search(query: $v) { totalCount }',
  ProductSort: 'products(sort: $v) { totalCount }',
  ProductFilter: 'products(filter: $v) { totalCount }',
};

const documents: readonly Attack[] = [
  document('half a document', '{', /Syntax Error/),
  document('words', 'please show me everything', /Syntax Error/),
  document('SQL', "SELECT * FROM accounts; --'", /Syntax Error/),
  document('an open string in a document', '{ product(sku: "x', /Unterminated string/),
  document('a bad escape', '{ product(sku: "\\x") { id } }', /Invalid character escape/),
  document('a NUL in a document', '{ __type\0name }', /Invalid character|Unexpected character/),
  document('an empty selection', '{ }', /Expected Name/),
  document('a type definition', 'type A { b: Int }', /not executable/),
  document('a fragment alone', 'fragment A on Query { __typename }', /never used|not|operation/i),
  document('an unknown field', '{ passwords }', /Cannot query field "passwords"/),
  document('a prototype for a field', '{ __proto__ }', /Cannot query field "__proto__"/),
  document('a method for a field', '{ toString constructor }', /Cannot query field "toString"/),
  document('an unknown argument', '{ products(limit: 1) { totalCount } }', /Unknown argument "limit"/),
  document('an unknown enum value', '{ products(sort: CHEAPEST) { totalCount } }', /CHEAPEST/),
  document('an unknown directive', '{ __typename @admin }', /Unknown directive "@admin"/),
  document('an unknown type', 'query ($a: Secret) { __typename }', /Unknown type "Secret"/),
  document('an unknown fragment', '{ ...Nothing }', /Unknown fragment "Nothing"/),
  document(
    'a circle of fragments',
    '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
    /itself/,
  ),
  document('a leaf with a selection', '{ __typename { a } }', /must not have a selection/),
  document('an object without one', '{ products }', /must have a selection/),
  document('an argument of another type', '{ products(first: "1") { totalCount } }', /Int cannot represent/),
  document('a number beyond 32 bits', '{ products(first: 99999999999) { totalCount } }', /32-bit/),
  document('a number of 400 digits', `{ products(first: ${'9'.repeat(400)}) { totalCount } }`, /32-bit/),
  document('an infinite number', '{ products(first: 1e999) { totalCount } }', /Int cannot represent/),
  document('a missing argument', '{ node { id } }', /"id" of type "ID!" is required/),
  document(
    'both of two choices',
    oneOf('addressId: "x", address: { city: "a", country: "b" }'),
    /exactly one/i,
  ),
  document('none of two choices', oneOf(''), /exactly one/i),
  document('fields in conflict', '{ a: __typename a: categories { id } }', /conflict/),
  document(
    'an anonymous operation beside another',
    '{ __typename } query A { __typename }',
    /anonymous operation/i,
  ),
  document('a subscription', 'subscription { notificationReceived { id } }', /WebSocket/),
  variables('a missing variable', 'ID!', undefined, /"\$v" of required type "ID!" was not provided/),
  variables('null for what is required', 'ID!', null, /non-null type "ID!" must not be null/),
  variables('an object for an id', 'ID!', { a: 1 }, /ID cannot represent/),
  variables('a list with a hole', '[ID!]!', [null], /not.*null/),
  variables('a float for an Int', 'Int!', 1.5, /non-integer/),
  variables('a huge number', 'Int!', 1e308, /32-bit|non-integer/),
  variables('a string for an Int', 'Int!', '1', /Int cannot represent/),
  variables('a number for a String', 'String!', 5, /String cannot represent/),
  variables('a list for a String', 'String!', ['a'], /String cannot represent/),
  variables('an enum that does not exist', 'ProductSort', 'CHEAPEST', /CHEAPEST/),
  variables('a prototype for an enum', 'ProductSort', 'constructor', /constructor/),
  variables('an unknown input field', 'ProductFilter', { admin: true }, /"admin" is not defined/),
  variables('a string for an input', 'ProductFilter', 'x', /to be an object/),
  variables('a hole in a nested list', 'ProductFilter', { skus: [null] }, /null/),
  body('a bearer that nobody gave out', { query }, 401, /access token/),
].map((attack) =>
  attack.status === 401 ? { ...attack, headers: { ...json, authorization: 'Bearer a.b.c' } } : attack,
);

function oneOf(choice: string): string {
  return `mutation { placeOrder(input: { shipTo: { ${choice} } }) { order { id } } }`;
}

const bearer = (name: string, authorization: string): Attack => ({
  name,
  headers: { ...json, authorization },
  body: JSON.stringify({ query }),
  status: 401,
  says: /access token/,
});

/** { alg: none } and { sub: 1, role: admin } */
const unsignedToken = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(
  '{"sub":"1","role":"admin","iss":"swiftlet","aud":"swiftlet","exp":99999999999}',
).toString('base64url')}.`;

const heads: readonly Attack[] = [
  typed('plain text', 'text/plain', 415, /content type/),
  typed('a form', 'application/x-www-form-urlencoded', 415, /content type/, 'query=%7B__typename%7D'),
  typed('an upload', 'multipart/form-data; boundary=b', 415, /content type/, '--b\r\n\r\n{}\r\n--b--'),
  typed('an upload without a boundary', 'multipart/form-data', 415, /content type/, 'x'),
  typed('GraphQL as a content type', 'application/graphql', 415, /content type/, query),
  typed('an image', 'image/png', 415, /content type/),
  typed('an empty content type', '', 415, /content type/),
  typed('no content type at all', '/', 415, /content type/),
  typed('a content type with a line', 'application/jsonx', 415, /content type/),
  typed('UTF-16 by name', 'application/json; charset=utf-16', 415, /UTF-8/),
  typed('Latin-1 by name', 'application/json; charset=iso-8859-1', 415, /UTF-8/),
  {
    ...typed('gzip', 'application/json', 415, /"gzip"/, gzipSync('{}')),
    headers: { ...json, 'content-encoding': 'gzip' },
  },
  {
    ...typed('a gzip bomb', 'application/json', 415, /"gzip"/, gzipSync(Buffer.alloc(50_000_000))),
    headers: { ...json, 'content-encoding': 'gzip' },
  },
  {
    ...typed('an unknown encoding', 'application/json', 415, /"zip"/),
    headers: { ...json, 'content-encoding': 'zip' },
  },
  {
    ...body('an accept of images only', { query }, 406, /accept/),
    headers: { ...json, accept: 'image/png' },
  },
  bearer('a token without a signature', `Bearer ${unsignedToken}`),
  bearer('a token that is no token', 'Bearer ../../etc/passwd'),
  bearer('another scheme', 'Basic YWRtaW46YWRtaW4='),
  bearer('a scheme alone', 'Bearer'),
  bearer('two tokens', 'Bearer a b'),
  {
    ...body('a header of 20 kB', { query }, 431, /too large/),
    headers: { ...json, 'x-long': 'x'.repeat(20_000) },
  },
];

const urls: readonly Attack[] = [
  method('PUT', /PUT/),
  method('DELETE', /DELETE/),
  method('PATCH', /PATCH/),
  method('TRACE', /TRACE/),
  method('HEAD', /^$/),
  method('OPTIONS', /Preflight/, 400),
  get('a link without the header', search({ query }), 400, /apollo-require-preflight/),
  get('GET without a query', '/graphql', 400, /non-empty `query`/),
  get('GET with two queries', `${search({ query })}&query=x`, 400, /only be specified once/),
  get('GET with a mutation', search({ query: 'mutation { __typename }' }), 405, /only support query/),
  get('GET with variables that are no JSON', search({ query, variables: '{' }), 400, /invalid JSON/),
  get('GET with a list of variables', search({ query, variables: '[]' }), 400, /JSON-encoded object/),
  get('GET with extensions that are no JSON', search({ query, extensions: 'x' }), 400, /invalid JSON/),
  get('GET with a percent sign', '/graphql?query=%', 400, /Syntax Error/),
  get('GET with half an encoding', '/graphql?query=%zz', 400, /Syntax Error/),
  get('a path with half an encoding', '/%zz', 400, /not a valid url/),
  get('a path with a broken character', '/%c0%af', 400, /not a valid url/),
  get('a path below the endpoint', '/graphql/admin', 404, /GET \/graphql\/admin/),
  get('two slashes', '//graphql', 404, /GET \/\/graphql/),
  get('a slash too many', '/graphql/', 404, /GET \/graphql\//),
  get('upper case', '/GRAPHQL', 404, /GET \/GRAPHQL/),
  get('dots', '/images/../../etc/passwd', 404, /etc\/passwd/),
  get('encoded dots', '/images/..%2f..%2fetc%2fpasswd', 404, /no image/),
  get('a NUL in a path', '/images/%00.svg', 404, /no image/),
  get('an image that is not there', `/images/${'0'.repeat(32)}.svg`, 404, /no image/),
  get('an image by another name', '/images/logo.svg', 404, /no image/),
  get('an image name of 400 letters', `/images/${'a'.repeat(400)}`, 414, /too long/i),
  get('an image of another type', `/images/${'0'.repeat(32)}.exe`, 404, /no image/),
  get('a path of 9,000 letters', `/${'a'.repeat(9_000)}`, 404, /Cannot GET/),
  get('a path of 20,000 letters', `/${'a'.repeat(20_000)}`, 431, /too large/),
  get('a page of another product', '/wp-admin/setup-config.php', 404, /Cannot GET/),
  get('a dotfile', '/.env', 404, /Cannot GET/),
  { ...get('a health that is written', '/health/live', 404, /Cannot POST/), method: 'POST' },
].map((attack) => (attack.name === 'a link without the header' ? { ...attack, headers: {} } : attack));

export const attacks: readonly Attack[] = [...texts, ...shapes, ...documents, ...heads, ...urls];
