/** Answers for reports of behaviour. */
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { Access } from '../../access/access.guard.js';
import type { GraphContext } from '../../graphql/graph-context.js';
import { payloadFor } from '../../graphql/mutation-input.js';
import { validated } from '../../graphql/validated.pipe.js';
import { BehaviourEvents } from './behaviour-events.js';
import { TrackEventsInput, TrackEventsPayload, trackEventsSchema } from './track-events.input.js';

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
