/** What the shop's pages ask, as often as its visitors open them. */
import { zipfRanks } from '../../support/zipf.js';
import type { Catalogue } from './catalogue.js';

export interface PageQuestion {
  readonly kind: string;
  readonly body: string;
  /** The place of the customer who asks; undefined for somebody who is not signed in. */
  readonly asker: number | undefined;
  /** Whether the answer is the asker's alone. */
  readonly isPrivate: boolean;
}

export const popularityAlpha = 0.9;
/** Of what anybody may see, the share that somebody asks who is signed in. */
const signedInShare = 0.3;

const card =
  'id sku name price { amount currency exact } ratingAverage ratingCount images { url alt thumbhash }';
const listing = `nodes { ${card} } pageInfo { hasNextPage endCursor }`;

const productPage = `query ProductPage($sku: String!) { product(sku: $sku) {
  id sku name description price { amount currency exact } ratingAverage ratingCount inStock
  attributes { name value } images { url alt width height thumbhash } category { id name slug parent { name slug } }
  reviews(first: 3) { nodes { id rating title body authorName createdAt } }
} }`;
const reviewsPage = `query Reviews($id: ID!) { product(id: $id) { id name ratingAverage ratingCount
  reviews(first: 20) { totalCount nodes { id rating title body authorName createdAt } pageInfo { hasNextPage endCursor } }
} }`;
const categoryPage = `query CategoryPage($slug: String!, $sort: ProductSort!) { category(slug: $slug) {
  id name slug parent { name slug } children { id name slug }
  products(first: 24, sort: $sort) { totalCount ${listing} }
} }`;
const list = `query List($filter: ProductFilter, $sort: ProductSort!) {
  products(first: 24, filter: $filter, sort: $sort) { totalCount ${listing} }
}`;
const navigation = '{ categories { id name slug children { id name slug } } }';
const search = `query Search($query: String!) { search(query: $query, first: 24) { totalCount ${listing} } }`;

const own: readonly (readonly [kind: string, share: number, query: string])[] = [
  [
    'cart',
    0.45,
    '{ cart { id total { amount exact } lines { id quantity total { amount } product { sku name price { amount } inStock } } } }',
  ],
  ['me', 0.25, '{ me { id name email addresses { id address { recipient street city country } } } }'],
  [
    'notifications',
    0.2,
    '{ notifications(first: 10, unreadOnly: true) { totalCount nodes { id kind title createdAt } } }',
  ],
  [
    'my orders',
    0.1,
    '{ myOrders(first: 5) { totalCount nodes { id number status placedAt total { amount } lines { quantity productName } } } }',
  ],
];

/** How often a list is opened in this order; the first is what the shop shows by itself. */
const sorts: readonly (readonly [sort: string, share: number])[] = [
  ['POPULARITY_DESC', 0.6],
  ['PRICE_ASC', 0.15],
  ['RATING_DESC', 0.1],
  ['CREATED_AT_DESC', 0.08],
  ['PRICE_DESC', 0.05],
  ['NAME_ASC', 0.02],
];
const filters: readonly (readonly [filter: object, share: number])[] = [
  [{}, 0.4],
  [{ inStock: true }, 0.2],
  [{ minRating: 4 }, 0.15],
  [{ maxPrice: 2_000 }, 0.1],
  [{ minPrice: 2_000, maxPrice: 10_000 }, 0.1],
  [{ minRating: 3, inStock: true, maxPrice: 50_000 }, 0.05],
];

const kinds = [
  ['product', 0.45],
  ['category', 0.14],
  ['list', 0.08],
  ['search', 0.08],
  ['navigation', 0.06],
  ['reviews', 0.05],
  ['own', 0.14],
] as const;

export class PageQuestions {
  readonly #product: () => number;
  readonly #category: () => number;
  readonly #words: () => number;
  readonly #customer: () => number;
  readonly #phrases: readonly string[];

  constructor(
    private readonly catalogue: Catalogue,
    private readonly random: () => number,
  ) {
    const { products, categories, customers } = catalogue;
    this.#phrases = phrasesOf(catalogue);
    this.#product = zipfRanks(products.length, popularityAlpha, random);
    this.#category = zipfRanks(categories.length, popularityAlpha, random);
    this.#words = zipfRanks(this.#phrases.length, popularityAlpha, random);
    this.#customer = zipfRanks(customers.length, popularityAlpha, random);
  }

  next(): PageQuestion {
    const kind = chosenOf(kinds, this.random);
    if (kind === 'own') {
      const [name, , query] = own[indexOf(own, this.random)] ?? ['me', 0, ''];
      return { kind: name, body: JSON.stringify({ query }), asker: this.#customer(), isPrivate: true };
    }
    const body = JSON.stringify(this.#publicQuestion(kind));
    const asker = this.random() < signedInShare ? this.#customer() : undefined;
    return { kind, body, asker, isPrivate: false };
  }

  #publicQuestion(kind: Exclude<(typeof kinds)[number][0], 'own'>): { query: string; variables?: object } {
    const { products, categories } = this.catalogue;
    switch (kind) {
      case 'product':
        return { query: productPage, variables: { sku: products[this.#product()]?.sku } };
      case 'reviews':
        return { query: reviewsPage, variables: { id: products[this.#product()]?.id } };
      case 'category':
        return {
          query: categoryPage,
          variables: { slug: categories[this.#category()], sort: this.#sort() },
        };
      case 'list':
        return { query: list, variables: { filter: chosenOf(filters, this.random), sort: this.#sort() } };
      case 'search':
        return { query: search, variables: { query: this.#phrases[this.#words()] } };
      case 'navigation':
        return { query: navigation };
    }
  }

  #sort(): string {
    return chosenOf(sorts, this.random);
  }
}

/** Words of the best sellers' names, alone and in pairs, as people type them. */
function phrasesOf({ products }: Catalogue): readonly string[] {
  const phrases = products.slice(0, 150).flatMap(({ name }) => {
    const words = name.toLowerCase().match(/[a-z]{4,}/g) ?? [];
    return [words.at(-1), words.slice(0, 2).join(' ')].filter(
      (phrase) => phrase !== undefined && phrase !== '',
    );
  });
  return [...new Set(phrases as string[])];
}

type Weighted = readonly [unknown, number, ...unknown[]];

function indexOf(weighted: readonly Weighted[], random: () => number): number {
  let left = random() * weighted.reduce((sum, [, share]) => sum + share, 0);
  const at = weighted.findIndex(([, share]) => (left -= share) < 0);
  return at < 0 ? weighted.length - 1 : at;
}

/** One of them, each as often as its share says. */
export function chosenOf<Value>(
  weighted: readonly (readonly [Value, number, ...unknown[]])[],
  random: () => number,
): Value {
  const chosen = weighted[indexOf(weighted, random)];
  if (chosen === undefined) throw new Error('There is nothing to choose from.');
  return chosen[0];
}
