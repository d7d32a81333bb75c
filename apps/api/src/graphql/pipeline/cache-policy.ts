/** How long an answer may be kept and by whom, as Apollo's cache-control plugin works it out from hints. */
import type { BaseContext, GraphQLRequestContext } from '@apollo/server';

type Policy = GraphQLRequestContext<BaseContext>['overallCachePolicy'];
type Hint = Parameters<Policy['restrict']>[0];

export class CachePolicy implements Policy {
  maxAge?: NonNullable<Policy['maxAge']>;
  scope?: NonNullable<Policy['scope']>;

  restrict({ maxAge, scope }: Hint): void {
    if (maxAge !== undefined) this.maxAge = Math.min(maxAge, this.maxAge ?? Infinity);
    if (scope !== undefined && this.scope !== 'PRIVATE') this.scope = scope;
  }

  replace({ maxAge, scope }: Hint): void {
    if (maxAge !== undefined) this.maxAge = maxAge;
    if (scope !== undefined) this.scope = scope;
  }

  policyIfCacheable(): ReturnType<Policy['policyIfCacheable']> {
    const { maxAge = 0, scope = 'PUBLIC' } = this;
    return maxAge === 0 ? null : { maxAge, scope };
  }
}
