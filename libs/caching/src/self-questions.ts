/** Starts, once the HTTP server can be asked, what asks it of the process' own accord: warming and the shadow check. */
import { PlatformLogger } from '@app/platform';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { selfAsker, type AsRole } from './adapters/fastify-self-asker.js';
import { CacheWarmer } from './cache-warmer.js';
import type { CachingOptions } from './caching.options.js';
import { CACHING_OPTIONS, OPEN_WARM_LIST, START_SHADOW_CHECK } from './caching.tokens.js';
import type { AskAgain } from './core/kept-question.js';
import type { ShadowCheck } from './core/shadow-check.js';
import type { WarmList } from './core/warm-list.js';
import { WarmQueue } from './jobs/warm-queue.js';

/** What only the application can do for it. */
export interface SelfBinding {
  readonly asRole: AsRole;
  /** Names the schema that is served; asked once the application has one. */
  readonly schemaHash: () => string;
}

export type OpenWarmList = (schemaHash: string) => WarmList;
export type StartShadowCheck = (askAgain: AskAgain) => ShadowCheck;

@Injectable()
export class SelfQuestions implements BeforeApplicationShutdown {
  readonly #stops: (() => Promise<void> | void)[] = [];

  constructor(
    @Inject(CACHING_OPTIONS) private readonly options: CachingOptions,
    private readonly warmer: CacheWarmer,
    @Inject(OPEN_WARM_LIST) private readonly openWarmList: OpenWarmList,
    @Inject(START_SHADOW_CHECK) private readonly startShadowCheck: StartShadowCheck,
    private readonly logger: PlatformLogger,
  ) {}

  /** @returns what is to be told of hits. */
  attach(server: FastifyInstance, { asRole, schemaHash }: SelfBinding): ShadowCheck {
    const askAgain = selfAsker(server, asRole);
    if (this.options.isWarming) {
      server.addHook('onReady', () => this.#prepareWarming(askAgain, schemaHash()));
      server.addHook('onListen', (done) => {
        this.warmer.start();
        done();
      });
    }
    return this.startShadowCheck(askAgain);
  }

  /** Before the database closes under a question, and in the order in which the parts need one another. */
  async beforeApplicationShutdown(): Promise<void> {
    for (const stop of this.#stops.splice(0).toReversed()) await stop();
  }

  async #prepareWarming(askAgain: AskAgain, schemaHash: string): Promise<void> {
    const list = this.openWarmList(schemaHash);
    this.#stops.push(
      () => list.close(),
      () => this.warmer.stop(),
    );
    await this.warmer.prepare({ list, askAgain, startSchedule: () => this.#schedule(schemaHash) });
  }

  async #schedule(schemaHash: string): Promise<void> {
    const { jobsRedisUrl: redisUrl, namespace, warmEveryMs: everyMs } = this.options;
    const onFailure = (err: unknown) => this.logger.debug('a job of warming has failed', { err });
    const round = () => this.warmer.warm();
    if (redisUrl === undefined) return this.#warmByTimer(everyMs, onFailure);
    const queue = new WarmQueue({ redisUrl, namespace, schemaHash, everyMs, round, onFailure });
    this.#stops.push(() => queue.close());
    await queue.start();
  }

  /** A single node has nobody to agree with: a timer does what the queue is for. */
  #warmByTimer(everyMs: number, onFailure: (err: unknown) => void): void {
    const warm = () => void this.warmer.warm().catch(onFailure);
    const timer = setInterval(warm, everyMs).unref();
    this.#stops.push(() => clearInterval(timer));
    warm();
  }
}
