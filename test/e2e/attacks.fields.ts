/**
 * Well-formed operations whose arguments mean nothing.
 *
 * GraphQL over HTTP, section 6.4.2: an operation that was executed has `data`, and with it the status 200, whatever its
 * fields answered; the code of the error says what is wrong.
 */
export interface FieldAttack {
  readonly name: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly code: string;
}

const attack = (
  name: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  code = 'BAD_USER_INPUT',
): FieldAttack => ({ name, query, variables, code });

const product = 'query ($id: ID!) { product(id: $id) { id } }';
const products = `query ($after: String, $sort: ProductSort) {
  products(first: 2, after: $after, sort: $sort) { nodes { id } } }`;
const signIn = 'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }';
const signUp = 'mutation ($input: SignUpInput!) { signUp(input: $input) { accessToken } }';
const idOf = (text: string) => Buffer.from(text).toString('base64url');

/** @param cursor a good one, of the default sort. */
export function fieldAttacks(cursor: string): readonly FieldAttack[] {
  const bytes = Buffer.from(cursor, 'base64url');
  const tampered = Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])]);
  const unsigned = Buffer.concat([Buffer.alloc(12), bytes.subarray(12)]);
  return [
    attack('an id that is no id', product, { id: 'x' }),
    attack('an empty id', product, { id: '' }),
    attack('an id of another type', product, { id: idOf('Category:1') }),
    attack('an id of a prototype', product, { id: idOf('__proto__:1') }),
    attack('an id with SQL in it', product, { id: idOf("Product:1' OR '1'='1") }),
    attack('an id beyond 64 bits', product, { id: idOf('Product:9223372036854775808') }),
    attack('an id of zero', product, { id: idOf('Product:0') }),
    attack('a negative id', product, { id: idOf('Product:-1') }),
    attack('an id of 100,000 letters', product, { id: 'a'.repeat(100_000) }),
    attack('an id and a sku', '{ product(id: "x", sku: "y") { id } }'),
    attack('neither id nor sku', '{ product { id } }'),
    attack('more ids than a page has', `query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`, {
      ids: Array(101).fill(idOf('Product:1')),
    }),
    attack('a cursor that is no cursor', products, { after: 'x' }),
    attack('an empty cursor', products, { after: '' }),
    attack('a cursor with another byte', products, { after: tampered.toString('base64url') }),
    attack('a cursor with its signature zeroed', products, { after: unsigned.toString('base64url') }),
    attack('a cursor cut short', products, { after: cursor.slice(0, -4) }),
    attack('a cursor from another sort', products, { after: cursor, sort: 'NAME_ASC' }),
    attack(
      'a cursor from another list',
      'query ($c: String) { search(query: "a", after: $c) { nodes { id } } }',
      {
        c: cursor,
      },
    ),
    attack('a page of 101', '{ products(first: 101) { nodes { id } } }'),
    attack('a page of -1', '{ products(first: -1) { nodes { id } } }'),
    attack('a page from both ends', '{ products(first: 1, last: 1) { nodes { id } } }'),
    attack('a price below nothing', '{ products(filter: { minPrice: -1 }) { totalCount } }'),
    attack('a rating beyond five', '{ products(filter: { minRating: 9 }) { totalCount } }'),
    attack('a search of 10,000 letters', `{ search(query: "${'a'.repeat(10_000)}") { totalCount } }`),
    attack('a NUL in a sku', '{ product(sku: "a\\u0000b") { id } }'),
    attack('a NUL in a search', '{ search(query: "a\\u0000b") { totalCount } }'),
    attack('a NUL in a filter', '{ products(filter: { skus: ["\\u0000"] }) { totalCount } }'),
    attack('a NUL in an e-mail', signIn, { input: { email: 'a\0@b.c', password: 'x' } }),
    attack('a NUL in a name', signUp, {
      input: { email: 'nul@example.com', password: 'long enough', name: 'a\0b' },
    }),
    attack('no e-mail address', signUp, { input: { email: 'nobody', password: 'long enough', name: 'A' } }),
    attack('a password of four letters', signUp, {
      input: { email: 'a@example.com', password: 'four', name: 'A' },
    }),
    attack('a password of 10,000 letters', signIn, {
      input: { email: 'a@b.c', password: 'x'.repeat(10_000) },
    }),
    attack(
      'a made-up refresh token',
      'mutation { refreshToken(input: { refreshToken: "x" }) { accessToken } }',
      {},
      'UNAUTHENTICATED',
    ),
    attack('somebody’s orders', '{ myOrders { totalCount } }', {}, 'UNAUTHENTICATED'),
    attack(
      'staff’s work',
      'mutation { adjustStock(input: { productId: "x", delta: 1 }) { product { id } } }',
      {},
      'UNAUTHENTICATED',
    ),
  ];
}
