/** A notification as its customer sees it, and what is said about reading them. */
import { Field, GraphQLISODateTime, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { z } from 'zod';
import { mutationInput, MutationInput, MutationPayload } from '../../graphql/mutation-input.js';
import { connectionTypeOf } from '../../graphql/relay/connection.js';
import { toNodeId } from '../../graphql/relay/node-id.js';
import { Node, registerNodeType } from '../../graphql/relay/node.interface.js';
import type { Notification } from './notification.entity.js';

@ObjectType('Notification', { implements: () => [Node], description: 'A message to the signed-in customer.' })
export class NotificationNode extends Node {
  constructor(readonly notification: Notification) {
    super();
  }

  @Field(() => ID, { description: 'Global id; `node` finds it again by this.' })
  get id(): string {
    return toNodeId('Notification', this.notification.id);
  }

  @Field(() => String, { description: 'What it is about, e.g. `order.shipped`.' })
  get kind(): string {
    return this.notification.kind;
  }

  @Field(() => String, { description: 'One line.' })
  get title(): string {
    return this.notification.title;
  }

  @Field(() => String, { description: 'The rest; may be empty.' })
  get body(): string {
    return this.notification.body;
  }

  @Field(() => GraphQLISODateTime, { description: 'When it was written.' })
  get createdAt(): Date {
    return this.notification.createdAt;
  }

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'Null while it is unread.' })
  get readAt(): Date | null {
    return this.notification.readAt;
  }
}
registerNodeType(NotificationNode, 'Notification');

export const NotificationConnection = connectionTypeOf(NotificationNode, 'Notification');

@InputType({ description: 'Which notifications were read.' })
export class MarkNotificationsReadInput extends MutationInput {
  @Field(() => [ID], {
    nullable: true,
    description: 'Which ones, 500 at most; all of them when it is left out.',
  })
  readonly ids?: string[] | null;
}

export const markNotificationsReadSchema = z.object({
  ...mutationInput,
  ids: z.array(z.string()).max(500).nullish(),
});

@ObjectType({ description: 'How many notifications were marked.' })
export class MarkNotificationsReadPayload extends MutationPayload {
  @Field(() => Int, { description: 'How many were unread until now.' })
  readonly markedCount: number;
}
