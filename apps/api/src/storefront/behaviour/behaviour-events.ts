/** Keeps what client apps report of shoppers' behaviour. */
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { nodeKey } from '../../graphql/relay/node-id.js';
import type { BehaviourEventInput } from './track-events.input.js';

@Injectable()
export class BehaviourEvents {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Written in the order of their ids, so that two reports of the same events wait for one another and never deadlock.
   * Returns how many were new; a product that does not exist (any more) is left out of its event. */
  async record(events: readonly BehaviourEventInput[], customerId: string | undefined): Promise<number> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `INSERT INTO behaviour_events (id, session_id, customer_id, type, product_id, properties, occurred_at)
       SELECT event.id, event.session_id, $6, event.type, product.id, event.properties::jsonb, event.occurred_at
         FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[], $7::timestamptz[])
           AS event (id, session_id, type, product_id, properties, occurred_at)
         LEFT JOIN products product ON product.id = event.product_id
        ORDER BY event.id
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
