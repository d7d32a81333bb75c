/** Shoppers' behaviour, as client apps report it. */
import { Injectable, Module } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { DataSource } from 'typeorm';
import { Access } from '../../access/access.guard.js';
import type { GraphContext } from '../../graphql/graph-context.js';
import { payloadFor } from '../../graphql/mutation-input.js';
import { nodeKey } from '../../graphql/relay/node-id.js';
import { validated } from '../../graphql/validated.pipe.js';
import {
  TrackEventsInput,
  TrackEventsPayload,
  trackEventsSchema,
  type BehaviourEventInput,
} from './track-events.input.js';

@Injectable()
export class BehaviourEvents {
  constructor(private readonly dataSource: DataSource) {}

  /** Returns how many were new; a product that does not exist (any more) is left out of its event. */
  async record(events: readonly BehaviourEventInput[], customerId: string | undefined): Promise<number> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `INSERT INTO behaviour_events (id, session_id, customer_id, type, product_id, properties, occurred_at)
       SELECT event.id, event.session_id, $6, event.type, product.id, event.properties::jsonb, event.occurred_at
         FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[], $7::timestamptz[])
           AS event (id, session_id, type, product_id, properties, occurred_at)
         LEFT JOIN products product ON product.id = event.product_id
       ON CONFLICT (id) DO NOTHING
       RETURNING id`,
      [
        events.map((event) => event.id),
        events.map((event) => event.sessionId),
        events.map((event) => event.type),
        events.map(({ productId }) =>
          productId === undefined || productId === null ? null : nodeKey('Product', productId),
        ),
        events.map(({ properties }) =>
          JSON.stringify(Object.fromEntries((properties ?? []).map(({ name, value }) => [name, value]))),
        ),
        customerId ?? null,
        events.map((event) => event.occurredAt.toISOString()),
      ],
    );
    return rows.length;
  }
}

@Resolver()
export class BehaviourResolver {
  constructor(private readonly behaviour: BehaviourEvents) {}

  @Mutation(() => TrackEventsPayload, { description: 'Records what a shopper did. Safe to send again.' })
  @Access('anonymous')
  async trackEvents(
    @Args('input', { type: () => TrackEventsInput }, validated(trackEventsSchema)) input: TrackEventsInput,
    @Context() { viewer }: GraphContext,
  ): Promise<TrackEventsPayload> {
    const acceptedCount = await this.behaviour.record(input.events, viewer.customerId);
    return payloadFor(input, { acceptedCount, duplicateCount: input.events.length - acceptedCount });
  }
}

@Module({ providers: [BehaviourEvents, BehaviourResolver] })
export class BehaviourModule {}
