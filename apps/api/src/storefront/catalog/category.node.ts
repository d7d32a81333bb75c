/** A category as clients see it. */
import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { toNodeId } from '../../graphql/relay/node-id.js';
import { Node, registerNodeType } from '../../graphql/relay/node.interface.js';
import type { Category } from './category.entity.js';

@ObjectType('Category', {
  implements: () => [Node],
  description: 'A department or sub-category of the shop.',
})
export class CategoryNode extends Node {
  constructor(readonly category: Category) {
    super();
  }

  @Field(() => ID, { description: 'Global id; `node` finds it again by this.' })
  get id(): string {
    return toNodeId('Category', this.category.id);
  }

  @Field(() => String, { description: 'Unique and fit for a URL, e.g. `technology/phones`.' })
  get slug(): string {
    return this.category.slug;
  }

  @Field(() => String, { description: 'As it is shown.' })
  get name(): string {
    return this.category.name;
  }

  @Field(() => Int, { description: 'Its place among its siblings.' })
  get position(): number {
    return this.category.position;
  }
}
registerNodeType(CategoryNode, 'Category');
