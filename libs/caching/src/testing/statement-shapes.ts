/** Statements of every shape that the analysis has an opinion about, over the tables of `reads-laboratory.ts`. */
import type { Random } from './reads-laboratory.js';

export interface StatementShape {
  readonly sql: string;
  readonly params: (random: Random) => unknown[];
}

type Params = (random: Random) => unknown[];
const noParams: Params = () => [];
const id: Params = (r) => [r.id()];
const ids: Params = (r) => [r.ids()];
const text: Params = (r) => [r.text()];
const textQuery: Params = (r) => [r.textQuery()];
const textQueries: Params = (r) => [[r.textQuery(), r.textQuery()]];
const twoIds: Params = (r) => [r.id(), r.id()];

const thingColumns = 't.id, t.code, t.flag, t.amount, t.parent_id, t.made_at';

function keyset(order: string, cast: string, direction: 'ASC' | 'DESC'): string {
  const sign = direction === 'ASC' ? '>' : '<';
  return `SELECT ${thingColumns}, (${order})::text AS key_0, (t.id)::text AS key_1 FROM things t
    WHERE (${order}, t.id) ${sign} ($1::text::${cast}, $2::text::bigint) ORDER BY ${order} ${direction}, t.id ${direction} LIMIT $3`;
}

const branches = (
  order: string,
) => `SELECT merged.* FROM unnest($2::bigint[]) AS branch (key) CROSS JOIN LATERAL (
  SELECT ${thingColumns}, (${order})::text AS key_0, ${order} AS sort_0, t.id AS sort_1 FROM things t
  WHERE t.parent_id = branch.key ORDER BY ${order} ASC, t.id ASC LIMIT $1) AS merged
  ORDER BY merged.sort_0 ASC, merged.sort_1 ASC LIMIT $1`;

const pagesOfParents = `SELECT parent.key::text AS parent_key, page.* FROM unnest($4::bigint[]) AS parent (key) CROSS JOIN LATERAL (
  SELECT merged.* FROM unnest($2::bigint[], $3::bigint[]) AS branch (key, parent_key) CROSS JOIN LATERAL (
    SELECT ${thingColumns}, t.amount AS sort_0, t.id AS sort_1 FROM things t
    WHERE t.parent_id = branch.key ORDER BY t.amount DESC, t.id DESC LIMIT $1) AS merged
  WHERE branch.parent_key = parent.key ORDER BY merged.sort_0 DESC, merged.sort_1 DESC LIMIT $1) AS page`;

const subtree = `WITH RECURSIVE subtree (root, id) AS (
    SELECT id, id FROM things WHERE id = ANY($1::bigint[])
    UNION SELECT subtree.root, child.id FROM subtree JOIN things child ON child.parent_id = subtree.id)
  SELECT root::text, array_agg(id::text ORDER BY id) AS ids FROM subtree GROUP BY root`;

/** Rows in the order of the answer: a total one. */
const ordered: readonly (readonly [string, Params])[] = [
  [`SELECT ${thingColumns} FROM things t ORDER BY t.amount, t.id LIMIT 3`, noParams],
  ['SELECT t.* FROM things t WHERE t.parent_id = $1 ORDER BY t.made_at DESC, t.id DESC LIMIT 3', id],
  [
    'SELECT id, code FROM things WHERE amount >= $1 AND amount <= $2 ORDER BY 2, 1',
    (r) => [r.amount(), r.amount()],
  ],
  ['SELECT id, lower(code) AS name FROM things ORDER BY name, id', noParams],
  ['SELECT id AS x, amount AS id FROM things ORDER BY id, x', noParams],
  ['SELECT o.id, o.name FROM owners o ORDER BY o.id OFFSET 1 LIMIT 2', noParams],
  [keyset('t.amount', 'numeric', 'ASC'), (r) => [r.amount(), r.id(), 4]],
  [keyset('t.rank', 'integer', 'ASC'), (r) => [r.number(), r.id(), 3]],
  [keyset('t.rank', 'integer', 'DESC'), (r) => [r.number(), r.id(), 3]],
  [keyset('t.made_at', 'timestamptz', 'DESC'), (r) => [r.time(), r.id(), 3]],
  [keyset('t.score', 'numeric', 'ASC'), (r) => [r.amount(), r.id(), 3]],
  [keyset('t.score', 'numeric', 'DESC'), (r) => [r.of('1', '2.500000000000000000001', '10.00'), r.id(), 3]],
  ['SELECT id, score FROM things WHERE score >= $1 ORDER BY score, id LIMIT 3', (r) => [r.amount()]],
  ['SELECT id, score FROM things WHERE score < $1 ORDER BY score DESC, id DESC LIMIT 3', (r) => [r.amount()]],
  [keyset('t.code', 'text', 'ASC'), (r) => [r.text(), r.id(), 3]],
  [keyset('t.code', 'text', 'DESC'), (r) => [r.text(), r.id(), 3]],
  [keyset('lower(t.code)', 'text', 'ASC'), (r) => [r.text(), r.id(), 3]],
  ['SELECT t.id, t.code FROM things t ORDER BY t.rank, t.id LIMIT $1', () => [3]],
  ['SELECT t.id, t.code FROM things t WHERE t.flag ORDER BY t.rank DESC, t.id DESC LIMIT $1', () => [2]],
  [
    'SELECT t.id, t.code FROM things t WHERE t.parent_id = $2 ORDER BY t.rank, t.id LIMIT $1',
    (r) => [2, r.id()],
  ],
  ['SELECT t.id, t.rank FROM things t WHERE t.rank >= $1 ORDER BY t.rank, t.id LIMIT 2', (r) => [r.number()]],
  [
    'SELECT t.id FROM things t WHERE t.rank > $1 AND t.rank < $2 ORDER BY t.id',
    (r) => [r.number(), r.number()],
  ],
  [
    `SELECT t.id, t.code FROM things t WHERE NOT EXISTS (SELECT FROM parts p WHERE p.thing_id = t.id AND p.weight > 2)
    ORDER BY t.rank, t.id LIMIT 3`,
    noParams,
  ],
  [branches('t.rank'), (r) => [3, r.ids()]],
  [branches('lower(t.code)'), (r) => [3, r.ids()]],
  [pagesOfParents, (r) => [2, r.ids(3), r.ids(3), r.ids(3)]],
  [
    `SELECT p.thing_id, p.position, p.label, a.id AS a_id, a.name FROM parts p LEFT JOIN owners a ON a.code = p.label
    WHERE p.thing_id IN ($1, $2) ORDER BY p.thing_id, p.position, a.id`,
    twoIds,
  ],
  ['SELECT id FROM things ORDER BY id FETCH FIRST 2 ROWS ONLY', noParams],
  ['SELECT id, code FROM things WHERE code > $1 ORDER BY code, id LIMIT 2', text],
  [branches('t.code'), (r) => [3, r.ids()]],
];

const inAnotherOrder = (inner: string) =>
  `SELECT x.id, x.rank FROM (SELECT id, rank FROM things ORDER BY ${inner} LIMIT 4) x ORDER BY x.rank, x.id LIMIT 2`;

/** Lists that are cut, in ways that are easily taken for one another. */
const cut: readonly (readonly [string, Params])[] = [
  [inAnotherOrder('id DESC'), noParams],
  [inAnotherOrder('rank, id'), noParams],
  [inAnotherOrder('rank DESC, id'), noParams],
  ['SELECT id, rank FROM things ORDER BY rank DESC NULLS LAST, id LIMIT 3', noParams],
  ['SELECT id, rank FROM things ORDER BY rank NULLS FIRST, id DESC LIMIT 3', noParams],
  ['SELECT id, rank FROM things ORDER BY rank DESC, id LIMIT $1', (r) => [r.of<unknown>(1, '2', 5, null)]],
  ['SELECT id::text AS id, amount::text AS amount FROM things ORDER BY amount, id LIMIT 3', noParams],
  ['SELECT x.k, x.id FROM (SELECT amount::text AS k, id FROM things) x ORDER BY x.k, x.id LIMIT 3', noParams],
  [
    'SELECT t.id, p.thing_id, p.position, p.weight FROM things t LEFT JOIN parts p ON p.thing_id = t.id ORDER BY p.weight, t.id, p.position LIMIT 4',
    noParams,
  ],
  [
    'SELECT t.id, p.thing_id, p.position, p.weight FROM things t LEFT JOIN parts p ON p.thing_id = t.id ORDER BY p.weight DESC, t.id, p.position LIMIT 4',
    noParams,
  ],
  [
    'SELECT t.id, t.rank, p.position FROM things t LEFT JOIN parts p ON p.thing_id = t.id ORDER BY t.rank, t.id, p.position LIMIT 4',
    noParams,
  ],
  [
    'SELECT t.id, t.rank, p.position, p.weight FROM things t JOIN parts p ON p.thing_id = t.id ORDER BY t.rank, p.weight, t.id, p.position LIMIT 3',
    noParams,
  ],
  ['SELECT id, code FROM things ORDER BY code DESC NULLS LAST, id LIMIT 3', noParams],
  ['SELECT id, code FROM things ORDER BY code COLLATE any_case, id LIMIT 3', noParams],
  [
    'SELECT x.id, x.k FROM (SELECT id, code COLLATE any_case AS k FROM things) x ORDER BY x.k, x.id LIMIT 3',
    noParams,
  ],
  ['SELECT id, fold FROM things ORDER BY fold, id LIMIT 3', noParams],
  ['SELECT id, fold FROM things WHERE fold > $1 ORDER BY fold, id LIMIT 3', text],
  ['SELECT id, kind FROM things ORDER BY kind, id LIMIT 3', noParams],
  ['SELECT thing_id, position, label FROM parts ORDER BY label, thing_id, position LIMIT 3', noParams],
  ['SELECT id, code FROM things WHERE words @@ $1::tsquery ORDER BY code, id LIMIT 3', textQuery],
  [
    `SELECT t.id, r.score FROM things t CROSS JOIN LATERAL (SELECT (ts_rank_cd(t.words, $1::tsquery) * 1000)::bigint AS score) r
    WHERE t.words @@ $2::tsquery ORDER BY r.score DESC, t.id DESC LIMIT 2`,
    (r) => {
      const query = r.textQuery();
      return [query, query];
    },
  ],
  ['SELECT DISTINCT rank, code FROM things ORDER BY rank, code LIMIT 3', noParams],
  ['SELECT rank, count(*) AS n FROM things GROUP BY rank ORDER BY rank LIMIT 2', noParams],
  ['SELECT id, rank, sum(rank) OVER (ORDER BY id DESC) AS s FROM things ORDER BY rank, id LIMIT 3', noParams],
  ['SELECT id, made_at FROM things ORDER BY made_at DESC, id DESC OFFSET $1 LIMIT 2', (r) => [r.below(3)]],
  ['SELECT id, amount FROM things WHERE amount > $1 ORDER BY amount DESC, id LIMIT 3', (r) => [r.amount()]],
  [
    'WITH x AS (SELECT id, rank FROM things ORDER BY id LIMIT 5) SELECT id, rank FROM x ORDER BY rank, id LIMIT 2',
    noParams,
  ],
  [
    'SELECT t.id, t.rank FROM things t WHERE t.id IN (SELECT id FROM things ORDER BY id DESC LIMIT 5) ORDER BY t.rank, t.id LIMIT 3',
    noParams,
  ],
  [
    'SELECT t.id, t.rank FROM things t WHERE EXISTS (SELECT FROM things o WHERE o.parent_id = t.id AND o.rank < 3) ORDER BY t.rank, t.id LIMIT 3',
    noParams,
  ],
];

/** Rows in any order. */
const unordered: readonly (readonly [string, Params])[] = [
  ['SELECT * FROM things WHERE id = $1', id],
  [
    'SELECT "Thing"."id" AS "Thing_id", "Thing"."code" AS "Thing_code" FROM "things" "Thing" WHERE (("Thing"."id" IN ($1, $2)))',
    twoIds,
  ],
  ['SELECT code FROM public.things WHERE code = $1', text],
  ['SELECT id, code FROM things WHERE code = $1::text AND flag', text],
  ['SELECT id FROM things WHERE NOT flag', noParams],
  ['SELECT id FROM things WHERE flag = false AND rank IS NOT NULL', noParams],
  ['SELECT id FROM things WHERE rank IS NULL', noParams],
  ['SELECT code FROM things WHERE id = ANY($1)', ids],
  ['SELECT code FROM things WHERE id = ANY($1::bigint[])', ids],
  ["SELECT code FROM things WHERE id = ANY('{1,2,3}'::bigint[])", noParams],
  ['SELECT code FROM things WHERE id = ANY(ARRAY[$1, 2]::bigint[])', id],
  ['SELECT code FROM things WHERE id::text = $1', id],
  ['SELECT id, code FROM things WHERE code IN ($1, $2)', (r) => [r.text(), r.text()]],
  ["SELECT id FROM things WHERE code = 'a' OR code = $1", text],
  [
    'SELECT id FROM things WHERE (code = $1 AND flag) OR (code = $2 AND rank > 2)',
    (r) => [r.text(), r.text()],
  ],
  ['SELECT id FROM things WHERE code = $1 OR flag', text],
  ['SELECT id FROM things WHERE NOT (code = $1)', text],
  ['SELECT id FROM things WHERE code <> $1', text],
  ['SELECT id FROM things WHERE code NOT IN ($1)', text],
  ['SELECT id FROM things WHERE code IS NOT DISTINCT FROM $1', text],
  ["SELECT id FROM things WHERE parent_id = NULLIF($1, '')::bigint", id],
  ['SELECT id FROM things WHERE NULLIF(code, $1) IS NULL', text],
  ['SELECT id FROM things WHERE tag = $1', (r) => [r.uuid().toUpperCase()]],
  ["SELECT id FROM things WHERE kind = 'small'", noParams],
  ['SELECT id FROM things WHERE kind = $1', (r) => [r.kind()]],
  ['SELECT id FROM things WHERE note = $1', (r) => [`${r.text()} `]],
  ['SELECT id FROM things WHERE note = $1 AND code = $1', (r) => [r.text()]],
  ['SELECT id FROM things WHERE fold = $1', (r) => [r.text().toUpperCase()]],
  ["SELECT id FROM things WHERE doc->>'a' = $1", text],
  ['SELECT id FROM things WHERE doc @> $1::jsonb', (r) => [JSON.stringify({ a: r.text() })]],
  ['SELECT id FROM things WHERE $1 = ANY(tags)', text],
  ['SELECT id, doubled FROM things WHERE doubled > 6', noParams],
  ['SELECT id, t FROM things t WHERE id = $1', id],
  ['SELECT row_to_json(t) AS j FROM things t WHERE t.parent_id = $1', id],
  ['SELECT count(*)::int AS count FROM things', noParams],
  ['SELECT count(*)::int AS count FROM things WHERE parent_id = $1 AND flag', id],
  ['SELECT count(code)::int AS count, max(rank) AS top FROM things WHERE parent_id = $1', id],
  [
    'SELECT parent_id::text AS parent_key, count(*)::int AS count FROM things t WHERE t.parent_id = ANY($1::bigint[]) GROUP BY 1',
    ids,
  ],
  ['SELECT code, sum(amount) AS total FROM things GROUP BY code HAVING count(*) > 1', noParams],
  ['SELECT parent_id, flag, count(*) AS n FROM things GROUP BY ROLLUP (parent_id, flag)', noParams],
  ['SELECT DISTINCT code FROM things', noParams],
  ['SELECT DISTINCT ON (code) code, id FROM things ORDER BY code, rank, id', noParams],
  ['SELECT id, row_number() OVER (PARTITION BY code ORDER BY rank, id) AS n FROM things', noParams],
  ['SELECT id, unnest(tags) AS tag FROM things WHERE parent_id = $1', id],
  ['SELECT count(*) FILTER (WHERE flag) AS n FROM things WHERE code = $1', text],
  ['SELECT t.id, p.label FROM things t JOIN parts p ON p.thing_id = t.id WHERE t.id = $1', id],
  ['SELECT t.id, p.label FROM things t, parts p WHERE p.thing_id = t.id AND t.code = $1', text],
  ['SELECT t.id, p.label FROM things t LEFT JOIN parts p ON p.thing_id = t.id AND p.label = $1', text],
  ['SELECT t.id, p.label FROM things t LEFT JOIN parts p ON p.thing_id = t.id AND t.code = $1', text],
  ['SELECT t.id, p.label FROM things t LEFT JOIN parts p ON p.thing_id = t.id WHERE p.label = $1', text],
  [
    'SELECT t.id, p.label FROM things t LEFT JOIN parts p ON p.thing_id = t.id WHERE p.label IS NULL',
    noParams,
  ],
  ['SELECT t.id, p.label FROM things t RIGHT JOIN parts p ON p.thing_id = t.id AND p.label = $1', text],
  ['SELECT t.id, p.label FROM things t RIGHT JOIN parts p ON p.thing_id = t.id AND t.code = $1', text],
  ['SELECT t.id, p.label FROM things t FULL JOIN parts p ON p.thing_id = t.id AND t.code = $1', text],
  ['SELECT t.id, p.label FROM things t FULL JOIN parts p ON p.thing_id = t.id WHERE t.code = $1', text],
  [
    'SELECT o.id, t.id AS tid, p.label FROM owners o LEFT JOIN (things t JOIN parts p ON p.thing_id = t.id) ON t.code = o.code WHERE o.id = $1',
    id,
  ],
  [
    'SELECT o.id, t.id AS tid, p.label FROM owners o LEFT JOIN things t ON t.code = o.code LEFT JOIN parts p ON p.thing_id = t.id AND p.label = o.code WHERE o.code = $1',
    text,
  ],
  ['SELECT a.id, b.id AS bid FROM things a JOIN things b ON b.parent_id = a.id WHERE a.id = $1', id],
  [
    'SELECT a.id, b.id AS bid FROM things a LEFT JOIN things b ON b.parent_id = a.id AND b.flag WHERE a.code = $1',
    text,
  ],
  ['SELECT id, label FROM owners JOIN parts ON thing_id = id WHERE code = $1', text],
  ['SELECT * FROM owners JOIN things USING (code) WHERE flag', noParams],
  ['SELECT code, name FROM owners NATURAL JOIN (SELECT code FROM things) AS x', noParams],
  ['SELECT t.id FROM things t CROSS JOIN owners o WHERE o.code = t.code AND o.id = $1', id],
  [
    'SELECT t.id, x.n FROM things t CROSS JOIN LATERAL (SELECT count(*) AS n FROM parts p WHERE p.thing_id = t.id) x WHERE t.code = $1',
    text,
  ],
  [
    'SELECT t.id, x.label FROM things t LEFT JOIN LATERAL (SELECT p.label FROM parts p WHERE p.thing_id = t.id ORDER BY p.position LIMIT 1) x ON true WHERE t.id IN ($1, $2)',
    twoIds,
  ],
  [
    'SELECT t.id FROM things t WHERE EXISTS (SELECT * FROM parts p WHERE p.thing_id = t.id AND p.label = $1)',
    text,
  ],
  [
    'SELECT t.id FROM things t WHERE NOT EXISTS (SELECT 1 FROM parts p WHERE p.thing_id = t.id) AND t.id = $1',
    id,
  ],
  ['SELECT t.id FROM things t WHERE t.id IN (SELECT thing_id FROM parts WHERE label = $1)', text],
  ['SELECT t.id FROM things t WHERE t.id NOT IN (SELECT thing_id FROM parts)', noParams],
  [
    'SELECT t.id, (SELECT count(*) FROM parts p WHERE p.thing_id = t.id) AS n FROM things t WHERE t.code = $1',
    text,
  ],
  ['SELECT t.id, (SELECT max(label) FROM parts WHERE thing_id = id) AS n FROM things t', noParams],
  ['SELECT id FROM things WHERE rank = (SELECT max(rank) FROM things)', noParams],
  ['SELECT id FROM things WHERE rank >= ALL (SELECT weight FROM parts)', noParams],
  [
    'SELECT t.id, ARRAY(SELECT label FROM parts WHERE thing_id = t.id ORDER BY position) AS labels FROM things t WHERE t.id = $1',
    id,
  ],
  [
    "SELECT t.id, (SELECT string_agg(label, ',' ORDER BY position) FROM parts p WHERE p.thing_id = t.id) AS labels FROM things t",
    noParams,
  ],
  [subtree, ids],
  ['WITH things AS (SELECT id, name AS code FROM owners) SELECT code FROM things WHERE id = $1', id],
  [
    'WITH x AS (SELECT id, code FROM things WHERE flag), y AS (SELECT * FROM x WHERE id > 2) SELECT y.code FROM y JOIN owners o ON o.code = y.code',
    noParams,
  ],
  ['WITH things AS (SELECT * FROM things WHERE code = $1) SELECT id FROM things', text],
  ['SELECT id FROM things WHERE code = $1 UNION SELECT id FROM owners', text],
  ['SELECT code FROM things EXCEPT SELECT code FROM owners WHERE id = $1', id],
  ['SELECT code FROM things INTERSECT SELECT label FROM parts', noParams],
  ['(SELECT id FROM things ORDER BY rank, id LIMIT 2) UNION ALL SELECT id FROM owners', noParams],
  ['SELECT s.code FROM (SELECT id, code FROM things) s WHERE s.id = $1', id],
  [
    'SELECT s.id, s.code FROM (SELECT id, code, rank FROM things WHERE parent_id = $1) s WHERE s.rank > 2',
    id,
  ],
  ['SELECT s.a, s.b FROM (SELECT id, code FROM things WHERE flag) AS s (a, b)', noParams],
  ['SELECT s.* FROM (SELECT * FROM things) s WHERE s.parent_id = $1', id],
  [
    'SELECT t.id, k.n FROM unnest($1::bigint[]) WITH ORDINALITY AS k (id, n) JOIN things t ON t.id = k.id',
    ids,
  ],
  ['SELECT t.code FROM unnest($1::bigint[]) k JOIN things t ON t.id = k', ids],
  ['SELECT k.id, t.code FROM unnest($1::bigint[]) AS k (id) LEFT JOIN things t ON t.id = k.id', ids],
  [
    'SELECT t.code FROM unnest($1::text[]) AS k (code) JOIN things t ON t.code = k.code',
    (r) => [[r.text(), r.text()]],
  ],
  [
    'SELECT g.n, count(t.id) AS c FROM generate_series(1, 4) AS g (n) LEFT JOIN things t ON t.rank = g.n GROUP BY g.n',
    noParams,
  ],
  [
    'SELECT v.a, t.code FROM (VALUES (1, $1), (2, $2)) AS v (a, b) JOIN things t ON t.code = v.b',
    (r) => [r.text(), r.text()],
  ],
  [
    'SELECT key, value FROM things t, jsonb_each_text(CASE WHEN jsonb_typeof(t.doc) = $$object$$ THEN t.doc END) WHERE t.id = $1',
    id,
  ],
  [
    'SELECT e.key FROM things t CROSS JOIN LATERAL jsonb_each_text(CASE WHEN jsonb_typeof(t.doc) = $$object$$ THEN t.doc END) AS e WHERE t.code = $1',
    text,
  ],
  [
    'SELECT CASE WHEN flag THEN code ELSE NULL END AS x, coalesce(rank, 0) AS y FROM things WHERE parent_id = $1',
    id,
  ],
  ['SELECT t.id, t.code, o.name FROM things t LEFT JOIN owners o ON o.id = t.parent_id', noParams],
  [
    'SELECT t.id, o.id AS owner_id, o.name FROM things t LEFT JOIN owners o ON o.id = t.parent_id WHERE t.code = $1',
    text,
  ],
  ['SELECT t.id AS id, o.id AS id, o.name FROM things t JOIN owners o ON o.id = t.parent_id', noParams],
  ['SELECT id FROM things WHERE (code, flag) = ($1, true)', text],
  ['SELECT id, code FROM things WHERE (parent_id = $1)', id],
  ["SELECT id FROM things WHERE code = concat($1::text, '')", text],
  ["SELECT id FROM things WHERE code = $1 || ''", text],
  ['SELECT label_count($1::bigint) AS n', id],
  ['SELECT id FROM things WHERE rank BETWEEN $1 AND $2', (r) => [r.number(), r.number()]],
  ['SELECT id FROM things WHERE 3 < rank AND $1 >= rank', (r) => [r.number()]],
  ['SELECT id FROM things WHERE rank > $1 AND flag IS TRUE', (r) => [r.number()]],
  ['SELECT id, rank FROM things WHERE rank > $1', (r) => [r.number()]],
  ['SELECT count(*)::int AS n FROM things WHERE rank > $1 AND parent_id = $2', (r) => [r.number(), r.id()]],
  [
    'SELECT t.id FROM things t LEFT JOIN parts p ON p.thing_id = t.id AND p.weight > 2 WHERE p.thing_id IS NULL',
    noParams,
  ],
  ['SELECT count(*)::int AS n FROM things t LEFT JOIN parts p ON p.thing_id = t.id AND t.rank > 2', noParams],
  ['SELECT id FROM things WHERE doc IS NULL', noParams],
  [
    'SELECT t.id, ARRAY(SELECT weight FROM parts WHERE thing_id = t.id ORDER BY position) AS w FROM things t',
    noParams,
  ],
  ['SELECT id FROM things WHERE $1::bpchar IS NOT NULL AND code = $1', (r) => [`${r.text()} `]],
  [
    'SELECT x.id, x.n FROM (SELECT id, parent_id, row_number() OVER (ORDER BY rank, id) AS n FROM things) x WHERE x.parent_id = $1',
    id,
  ],
  [
    'SELECT x.id, x.n FROM (SELECT id, parent_id, unnest(tags) AS n FROM things) x WHERE x.parent_id = $1 AND x.n = $2',
    (r) => [r.id(), r.text()],
  ],
  ['SELECT count(*)::int AS n FROM things WHERE doc IS NOT NULL AND amount = $1', (r) => [r.amount()]],
  ['SELECT amount FROM things', noParams],
  ['SELECT count(*)::int AS n FROM things WHERE amount >= $1', (r) => [r.amount()]],
  [
    'SELECT o.id FROM owners o WHERE EXISTS (SELECT FROM (SELECT CASE WHEN flag THEN NULL ELSE code END FROM things) x JOIN parts p ON p.label = code)',
    noParams,
  ],
  ['SELECT id FROM things WHERE made_at >= $1', (r) => [r.time()]],
  ['SELECT id FROM things WHERE code < $1', text],
  ['SELECT id FROM things WHERE score <= $1 AND score > 1.0', (r) => [r.amount()]],
  ['SELECT id FROM things WHERE code BETWEEN $1 AND $2', (r) => [r.text(), r.text()]],
  ["SELECT count(*)::int AS n FROM things WHERE code >= 'b'::text", noParams],
  ['SELECT id FROM things WHERE code < $1::text COLLATE any_case', text],
  ['SELECT id FROM things WHERE code < $1::varchar(1)', text],
  ['SELECT id FROM things WHERE kind > $1', (r) => [r.kind()]],
  ['SELECT id FROM owners WHERE name > $1 AND code <= $2', (r) => [r.text(), r.text()]],
  ['SELECT id FROM things WHERE words @@ $1::tsquery', textQuery],
  ['SELECT count(*)::int AS n FROM things WHERE $1::tsquery @@ words AND flag', textQuery],
  ["SELECT id FROM things WHERE words @@ '''chair'':*'::tsquery", noParams],
  ['SELECT id FROM things WHERE NOT words @@ $1::tsquery', textQuery],
  ['SELECT id FROM things WHERE words @@ $1', textQuery],
  ["SELECT id FROM things WHERE words @@ to_tsquery('simple', $1)", textQuery],
  [
    'SELECT id FROM things WHERE words @@ ($1::tsquery || $2::tsquery)',
    (r) => [r.textQuery(), r.textQuery()],
  ],
  ['SELECT id FROM things WHERE words @@ ANY($1::tsquery[])', textQueries],
  ['SELECT id, words FROM things WHERE code @@ $1::tsquery', textQuery],
  [
    `SELECT asked.n, EXISTS (SELECT FROM things WHERE words @@ asked.query) AS known
    FROM unnest($1::tsquery[]) WITH ORDINALITY AS asked (query, n)`,
    textQueries,
  ],
  [
    `SELECT asked.word, (SELECT count(*) FROM things WHERE words @@ asked.query) AS n
    FROM unnest($1::text[], $2::tsquery[]) AS asked (word, query)`,
    (r) => [
      [r.lexeme(), r.lexeme()],
      [r.textQuery(), r.orNull(r.textQuery())],
    ],
  ],
  [
    'SELECT o.id, t.id AS tid FROM owners o LEFT JOIN things t ON t.code = o.code AND t.words @@ $1::tsquery',
    textQuery,
  ],
  [
    'SELECT o.id, t.id AS tid FROM owners o LEFT JOIN things t ON t.code = o.code WHERE t.words @@ $1::tsquery',
    textQuery,
  ],
  ['SELECT id FROM things WHERE made_at < $1 AND made_at IS NOT NULL', (r) => [new Date(r.time())]],
];

export const orderedShapes: readonly StatementShape[] = [...ordered, ...cut].map(([sql, params]) => ({
  sql,
  params,
}));
export const unorderedShapes: readonly StatementShape[] = unordered.map(([sql, params]) => ({ sql, params }));
