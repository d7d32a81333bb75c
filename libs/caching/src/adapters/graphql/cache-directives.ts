/** The directives of the schema that speak to the cache: Apollo's, with three arguments more, and the router's tags. */
export const cacheDirectiveDefinitions = /* GraphQL */ `
  enum CacheControlScope {
    PUBLIC
    PRIVATE
  }

  directive @cacheControl(
    maxAge: Int
    scope: CacheControlScope
    inheritMaxAge: Boolean
    swr: Int
    sie: Int
    strategy: String
  ) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION

  directive @cacheTag(format: String!) repeatable on FIELD_DEFINITION | OBJECT
`;
