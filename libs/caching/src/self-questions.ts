/** Starts, once the HTTP server can be asked, what asks it of the process' own accord: warming and the shadow check. */
import { PlatformLogger } from '@app/platform';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { selfAsker, type AsRole } from './adapters/fastify-self-asker.js';
import { CacheWarmer } from './cache-warmer.js';
import type { CachingOptions } from './caching.options.js';
import { CACHING_OPTIONS, START_HIT_WATCHERS, WARM_FLEET } from './caching.tokens.js';
import type { AnswerRefresher } from './core/answer-refresher.js';
import type { AskAgain } from './core/kept-question.js';
import type { ShadowCheck } from './core/shadow-check.js';
import type { WarmList } from './core/warm-list.js';
import type { WarmQueue } from './jobs/warm-queue.js';

/** What only the application can do for it. */
export interface SelfBinding {
  readonly asRole: AsRole;
  /** Names the schema that is served; asked once the application has one. */
  readonly schemaHash: () => string;
}

/** What nodes that serve a schema have in common. */
export interface WarmFleet {
  openList(schemaHash: string): WarmList;
  /** Undefined for a node that has nobody to agree with. */
  openQueue(
    schemaHash: string,
    round: () => Promise<unknown>,
    onFailure: (error: unknown) => void,
  ): WarmQueue | undefined;
}

/** Those who are told of hits, and may ask again what was asked. */
export interface HitWatchers {
  readonly shadow: ShadowCheck;
  readonly refresher: AnswerRefresher;
}

export type StartHitWatchers = (askAgain: AskAgain) => HitWatchers;

@Injectable()
export class SelfQuestions implements BeforeApplicationShutdown {
  readonly #stops: (() => Promise<void> | void)[] = [];

  constructor(
    @Inject(CACHING_OPTIONS) private readonly options: CachingOptions,
    private readonly warmer: CacheWarmer,
    @Inject(WARM_FLEET) private readonly fleet: WarmFleet,
    @Inject(START_HIT_WATCHERS) private readonly startHitWatchers: StartHitWatchers,
    private readonly logger: PlatformLogger,
  ) {}

  attach(server: FastifyInstance, { asRole, schemaHash }: SelfBinding): HitWatchers {
    const askAgain = selfAsker(server, asRole);
    if (this.options.isWarming) {
      server.addHook('onReady', () => this.#prepareWarming(askAgain, schemaHash()));
      server.addHook('onListen', (done) => {
        this.warmer.start();
        done();
      });
    }
    return this.startHitWatchers(askAgain);
  }

  /** Before the database closes under a question, and in the order in which the parts need one another. */
  async beforeApplicationShutdown(): Promise<void> {
    for (const stop of this.#stops.splice(0).toReversed()) await stop();
  }

  async #prepareWarming(askAgain: AskAgain, schemaHash: string): Promise<void> {
    const list = this.fleet.openList(schemaHash);
    this.#stops.push(
      () => list.close(),
      () => this.warmer.stop(),
    );
    await this.warmer.prepare({ list, askAgain, startSchedule: () => this.#schedule(schemaHash) });
  }

  async #schedule(schemaHash: string): Promise<void> {
    const onFailure = (err: unknown) => this.logger.debug('a job of warming has failed', { err });
    const queue = this.fleet.openQueue(schemaHash, () => this.warmer.warm(), onFailure);
    if (queue === undefined) return this.#warmByTimer(onFailure);
    this.#stops.push(() => queue.close());
    await queue.start();
  }

  /** Does what the queue is for. */
  #warmByTimer(onFailure: (err: unknown) => void): void {
    const warm = () => void this.warmer.warm().catch(onFailure);
    const timer = setInterval(warm, this.options.warmEveryMs).unref();
    this.#stops.push(() => clearInterval(timer));
    warm();
  }
}
