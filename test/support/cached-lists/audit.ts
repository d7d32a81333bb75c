/** Counts, write by write, which cached answers were rightly given up, which needlessly, and which were wrongly kept. */
import type { RunningApp } from '../start-app.js';
import type { CachedQuestion } from './questions.js';

export interface Tally {
  /** Given up, and the fresh answer differs. */
  needed: number;
  /** Given up, and the fresh answer is the same. */
  needless: number;
  /** Kept, and the fresh answer differs: there must be none. */
  missed: number;
  kept: number;
}

export interface Miss {
  readonly question: string;
  readonly write: string;
  readonly served: string;
  readonly fresh: string;
}

export interface Needless {
  readonly kind: string;
  readonly write: string;
  /** What was said to have changed. */
  readonly tag: string;
}

interface Asked {
  readonly body: string;
  readonly isHit: boolean;
  readonly cacheStatus: string;
}

const comparedShare = 0.2;

export class CachedListsAudit {
  readonly total: Tally = emptyTally();
  readonly byQuestion = new Map<string, Tally>();
  readonly byWrite = new Map<string, Tally>();
  readonly missed: Miss[] = [];
  readonly needless: Needless[] = [];
  readonly #last = new Map<string, string>();

  /** @param random 0 to 1, chooses the hits that are compared at once. */
  constructor(
    private readonly shop: RunningApp,
    readonly questions: readonly CachedQuestion[],
    private readonly random: () => number,
  ) {}

  /** Has everything cached. @throws Error for a question whose answer is not kept. */
  async fill(): Promise<void> {
    for (const question of this.questions) {
      const first = await this.#ask(question);
      const second = await this.#ask(question);
      if (!second.isHit || second.body !== first.body) {
        throw new Error(`${question.name} is not cached: ${second.cacheStatus} ${second.body.slice(0, 500)}`);
      }
      this.#last.set(question.name, first.body);
    }
  }

  /**
   * After one write. What is given up is compared at once with what it was, and costs nothing more. Of what is kept only some
   * is compared with a fresh answer, unless all is to be: what was wrongly kept stays and is found by a later look.
   */
  async look(write: string, isThorough: boolean): Promise<void> {
    for (const question of this.questions) {
      const { name, kind } = question;
      const served = await this.#ask(question);
      const outcome = served.isHit
        ? isThorough || this.random() < comparedShare
          ? await this.#verdictOnHit(question, write, served)
          : 'kept'
        : this.#last.get(name) === served.body
          ? 'needless'
          : 'needed';
      if (outcome === 'needless') {
        const [, tag = ''] = /invalidated-by=([^[]*\[[^\]]*\])/.exec(served.cacheStatus) ?? [];
        this.needless.push({ kind, write, tag });
      }
      this.#last.set(name, served.body);
      for (const tally of [this.total, tallyOf(this.byQuestion, kind), tallyOf(this.byWrite, write)]) {
        tally[outcome] += 1;
      }
    }
  }

  async #verdictOnHit(question: CachedQuestion, write: string, served: Asked): Promise<keyof Tally> {
    const fresh = await this.#ask(question, 'no-cache');
    if (fresh.body === served.body) return 'kept';
    this.missed.push({ question: question.name, write, served: served.body, fresh: fresh.body });
    return 'missed';
  }

  async #ask({ body, token }: CachedQuestion, cacheControl?: string): Promise<Asked> {
    const reply = await this.shop.app.inject({
      method: 'POST',
      url: '/graphql',
      payload: body,
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(cacheControl !== undefined && { 'cache-control': cacheControl }),
      },
    });
    if (reply.statusCode !== 200 || reply.body.includes('"errors":')) {
      throw new Error(`${body} is answered with ${reply.statusCode} ${reply.body}`);
    }
    const cacheStatus = String(reply.headers['cache-status']);
    return { body: reply.body, isHit: cacheStatus.includes('; hit'), cacheStatus };
  }
}

/** Needless ones among all that had no need to be given up. */
export function overInvalidationRatio({ needless, kept }: Tally): number {
  return needless / Math.max(1, needless + kept);
}

function emptyTally(): Tally {
  return { needed: 0, needless: 0, missed: 0, kept: 0 };
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  let tally = tallies.get(name);
  if (tally === undefined) {
    tally = emptyTally();
    tallies.set(name, tally);
  }
  return tally;
}
