/** What people who run the application may see of the cache, and end in it. */
import { setImmediate as turn } from 'node:timers/promises';
import type { CacheWarmer } from './cache-warmer.js';
import { storeKeyOf, type AnswerCache } from './core/answer-cache.js';
import type { AnswerUses, WarmFigures } from './core/answer-uses.js';
import type { CachedAnswer } from './core/cached-answer.js';
import {
  inspected,
  MemoryShares,
  publicKeyOf,
  storeKeyIn,
  type InspectedAnswer,
  type MemoryShare,
} from './core/inspection.js';
import type { Invalidator } from './core/invalidator.js';
import { idOfQuestion, type AskedQuestion } from './core/kept-question.js';
import type { OperationFigures } from './core/operation-statistics.js';
import type { PurgeTarget } from './core/purge-target.js';
import { scopeKeys, type ScopeValues } from './core/scope.js';
import type { ShadowCheck, ShadowFigures } from './core/shadow-check.js';

export interface CacheOperationsParts {
  readonly cache: AnswerCache;
  readonly uses: AnswerUses;
  readonly invalidator: Invalidator;
  readonly warmer: CacheWarmer;
  readonly nowMs: () => number;
}

export interface WarmListItem {
  readonly key: string;
  readonly operation: string;
  readonly role?: string;
  readonly weight: number;
  readonly costMs: number;
  readonly aliveRatio: number;
  readonly isAlive: boolean;
}

export interface WarmState {
  readonly figures: WarmFigures & {
    /** Of the answers made or taken ahead whose fate is known: those that nobody asked for. */
    readonly wastedRatio: number;
  };
  readonly hot: number;
  readonly lastRound?: CacheWarmer['lastRound'];
  readonly list: readonly WarmListItem[];
}

/** Entries that are looked at before others get their turn. */
const sliceLength = 2_000;

export class CacheOperations {
  /** Set once the application can be asked again. */
  shadow: ShadowCheck | undefined;

  constructor(private readonly parts: CacheOperationsParts) {}

  get uses(): AnswerUses {
    return this.parts.uses;
  }

  /** Undefined when nothing lies under the key on this node. */
  inspect(key: string): InspectedAnswer | undefined {
    const answer = this.parts.cache.peek(storeKeyIn(key));
    return answer === undefined ? undefined : this.#inspected(answer);
  }

  /** All that this node has for a question as somebody with these values would ask it. */
  inspectQuestion(asked: AskedQuestion, scope: ScopeValues): InspectedAnswer[] {
    const id = idOfQuestion(asked);
    return scopeKeys(scope).flatMap(({ key }) => {
      const answer = this.parts.cache.peek(storeKeyOf(id, key));
      return answer === undefined ? [] : [this.#inspected(answer)];
    });
  }

  /** The most-hit first. @param operation undefined for all. */
  async answers(operation: string | undefined, limit: number): Promise<InspectedAnswer[]> {
    const chosen: CachedAnswer[] = [];
    await this.#look((answer) => {
      if (operation === undefined || answer.operation === operation) chosen.push(answer);
    });
    return chosen
      .toSorted((one, other) => other.hits - one.hits)
      .slice(0, limit)
      .map((answer) => this.#inspected(answer));
  }

  async memory(): Promise<MemoryShare[]> {
    const shares = new MemoryShares();
    await this.#look((answer) => shares.add(answer));
    return shares.all;
  }

  async operations(limit: number): Promise<OperationFigures[]> {
    await this.parts.uses.collect(this.parts.cache.entries(), turn);
    return this.parts.uses.statistics.figures().slice(0, limit);
  }

  async warm(limit: number): Promise<WarmState> {
    const { uses, cache, warmer } = this.parts;
    await uses.collect(cache.entries(), turn);
    const { used, wasted, ...counts } = uses.warmFigures;
    const entries = await warmer.list(limit);
    return {
      figures: { ...counts, used, wasted, wastedRatio: used + wasted === 0 ? 0 : wasted / (used + wasted) },
      hot: warmer.hotCount,
      ...(warmer.lastRound !== undefined && { lastRound: warmer.lastRound }),
      list: entries.map(({ question, weight, costMs, aliveRatio }) => {
        const answer = cache.peek(question.storeKey);
        return {
          key: publicKeyOf(question.storeKey),
          operation: question.operation,
          ...(question.role !== undefined && { role: question.role }),
          weight,
          costMs,
          aliveRatio,
          isAlive: answer !== undefined && cache.isTrue(answer),
        };
      }),
    };
  }

  shadowFigures(): ShadowFigures | undefined {
    return this.shadow?.figures;
  }

  /** Resolves when every node is to end it, with the record's place in the log. @throws InvalidationNotLogged */
  async purge(target: PurgeTarget): Promise<number> {
    return this.parts.invalidator.purge(target);
  }

  #inspected(answer: CachedAnswer): InspectedAnswer {
    const { cache, nowMs } = this.parts;
    return inspected(answer, cache.whyNot(answer), nowMs());
  }

  async #look(at: (answer: CachedAnswer) => void): Promise<void> {
    let looked = 0;
    for (const [, answer] of this.parts.cache.entries()) {
      at(answer);
      looked += 1;
      if (looked % sliceLength === 0) await turn();
    }
  }
}
