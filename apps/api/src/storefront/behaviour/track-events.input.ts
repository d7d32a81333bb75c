/** What client apps report of a shopper's way through the shop. */
import { Field, GraphQLISODateTime, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { z } from 'zod';
import { mutationInput, MutationInput, MutationPayload } from '../../graphql/mutation-input.js';

export enum BehaviourEventType {
  page_view = 'page_view',
  search = 'search',
  category_view = 'category_view',
  product_view = 'product_view',
  add_to_cart = 'add_to_cart',
  remove_from_cart = 'remove_from_cart',
  checkout_start = 'checkout_start',
  purchase = 'purchase',
}
registerEnumType(BehaviourEventType, {
  name: 'BehaviourEventType',
  description: 'What the shopper did.',
  valuesMap: {
    page_view: { description: 'Saw a page that none of the others describes.' },
    search: { description: 'Searched; the words are the property `query`.' },
    category_view: { description: 'Looked at a category.' },
    product_view: { description: 'Looked at a product.' },
    add_to_cart: { description: 'Put a product into the cart.' },
    remove_from_cart: { description: 'Took a product out of the cart.' },
    checkout_start: { description: 'Went on to order.' },
    purchase: { description: 'Ordered.' },
  },
});

@InputType({ description: 'A property of an event, e.g. the words of a search.' })
export class EventPropertyInput {
  @Field(() => String, { description: 'At most 100 characters.' })
  readonly name: string;

  @Field(() => String, { description: 'At most 2,000 characters.' })
  readonly value: string;
}

@InputType({ description: 'One thing that a shopper did.' })
export class BehaviourEventInput {
  @Field(() => ID, { description: 'A UUID chosen by the client: an event sent twice counts once.' })
  readonly id: string;

  @Field(() => BehaviourEventType, { description: 'What the shopper did.' })
  readonly type: BehaviourEventType;

  @Field(() => String, { description: 'The same for all events of one visit.' })
  readonly sessionId: string;

  @Field(() => GraphQLISODateTime, { description: 'When it happened, by the client’s clock.' })
  readonly occurredAt: Date;

  @Field(() => ID, { nullable: true, description: 'The product that it was about.' })
  readonly productId?: string | null;

  @Field(() => [EventPropertyInput], { nullable: true, description: '20 at most.' })
  readonly properties?: EventPropertyInput[] | null;
}

@InputType({ description: 'Events to record.' })
export class TrackEventsInput extends MutationInput {
  @Field(() => [BehaviourEventInput], { description: '1 to 500.' })
  readonly events: BehaviourEventInput[];
}

/** Outside of these a client's clock is broken, and further out the ISO form has a sign that PostgreSQL does not read. */
const earliest = new Date('1970-01-01T00:00:00Z');
const latest = new Date('9999-12-31T23:59:59.999Z');

export const trackEventsSchema = z.object({
  ...mutationInput,
  events: z
    .array(
      z.object({
        id: z.uuid('is not a UUID'),
        type: z.enum(BehaviourEventType),
        sessionId: z.string().min(1).max(100),
        occurredAt: z.date().min(earliest, 'is before 1970').max(latest, 'is after the year 9999'),
        productId: z.string().nullish(),
        properties: z
          .array(z.object({ name: z.string().min(1).max(100), value: z.string().max(2_000) }))
          .max(20)
          .nullish(),
      }),
    )
    .min(1)
    .max(500),
});

@ObjectType({ description: 'What became of the events.' })
export class TrackEventsPayload extends MutationPayload {
  @Field(() => Int, { description: 'Events that were new.' })
  readonly acceptedCount: number;

  @Field(() => Int, { description: 'Events whose id was known already.' })
  readonly duplicateCount: number;
}
