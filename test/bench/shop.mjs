/** The shop that every contender serves: 20 products with 3 reviews each, in memory. */
const shop = Array.from({ length: 20 }, (_, product) => ({
  id: `product-${product}`,
  name: `Product ${product}`,
  description: `What there is to say about product ${product}, in one sentence.`,
  priceCents: 1999 + product,
  inStock: product % 3 > 0,
  reviewRows: Array.from({ length: 3 }, (__, review) => ({
    id: `review-${product}-${review}`,
    rating: 1 + ((product + review) % 5),
    title: `Review ${review}`,
    text: `What somebody thinks of product ${product}.`,
  })),
}));

export const productsOf = (first) => shop.slice(0, first);

export const operation = {
  query: `query Shop($first: Int!) {
    products(first: $first) { id name description priceCents inStock reviews { id rating title text } }
  }`,
  variables: { first: 20 },
};

export const typeDefinitions = `
  type Review { id: ID! rating: Int! title: String! text: String! }
  type Product { id: ID! name: String! description: String! priceCents: Int! inStock: Boolean! reviews: [Review!]! }
  type Query { products(first: Int!): [Product!]! }
`;

export const resolvers = {
  Query: { products: async (_root, { first }) => productsOf(first) },
  Product: { reviews: async ({ reviewRows }) => reviewRows },
};
