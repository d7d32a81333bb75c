/** Starts the relay with the application and stops relay, bus and Redis in the order in which they need one another. */
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Redis } from 'ioredis';
import { EventBus } from './core/event-bus.js';
import { OutboxRelay } from './core/outbox-relay.js';
import { OutboxPruning } from './core/outbox-pruning.js';
import { REDIS } from './platform.tokens.js';

/** The outbox consumer that feeds the event bus. */
export const streamConsumer = 'event-bus';

@Injectable()
export class PlatformLifecycle
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  constructor(
    @Inject(REDIS) private readonly redis: Redis | undefined,
    private readonly bus: EventBus,
    private readonly relay: OutboxRelay,
    private readonly pruning: OutboxPruning,
  ) {}

  onApplicationBootstrap(): void {
    this.relay.register({ name: streamConsumer, consume: (events) => this.bus.publish(events) });
    this.pruning.start();
  }

  /** Before the others shut down: TypeORM closes the database under a relay that still reads. */
  async beforeApplicationShutdown(): Promise<void> {
    this.pruning.stop();
    await this.relay.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.bus.close();
    this.redis?.disconnect();
  }
}
