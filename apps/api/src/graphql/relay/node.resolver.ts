/** Answers `node` and `nodes`. */
import { Args, Context, ID, Query, Resolver } from '@nestjs/graphql';
import { Access } from '../../access/access.guard.js';
import { InvalidInput } from '../../access/errors.js';
import type { GraphContext } from '../graph-context.js';
import { NodeSources } from './node-sources.js';
import { Node } from './node.interface.js';
import { largestPageSize } from './page-args.js';

@Resolver(() => Node)
export class NodeResolver {
  constructor(private readonly sources: NodeSources) {}

  @Query(() => Node, { nullable: true, description: 'Any object by its global id.' })
  @Access('anonymous')
  async node(
    @Args('id', { type: () => ID, description: 'Its global id.' }) id: string,
    @Context() context: GraphContext,
  ): Promise<Node | null> {
    return (await this.sources.find(id, context)) ?? null;
  }

  @Query(() => [Node], {
    nullable: 'items',
    description: `Up to ${largestPageSize} objects by their global ids, in that order; null where there is none.`,
  })
  @Access('anonymous')
  async nodes(
    @Args('ids', { type: () => [ID], description: 'Global ids.' }) ids: string[],
    @Context() context: GraphContext,
  ): Promise<(Node | Error | null)[]> {
    if (ids.length > largestPageSize)
      throw new InvalidInput(`\`ids\` must not have more than ${largestPageSize} entries.`);
    const found = await Promise.allSettled(ids.map((id) => this.sources.find(id, context)));
    // An Error in a list becomes that entry's error: one refused id does not take the others away.
    return found.map((result) =>
      result.status === 'fulfilled' ? (result.value ?? null) : (result.reason as Error),
    );
  }
}
