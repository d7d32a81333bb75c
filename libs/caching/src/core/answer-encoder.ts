/** Decides which compressed forms an answer is worth, and keeps them with it. */
import type { ContentCoding } from './http/accept-encoding.js';
import type { CachedAnswer } from './cached-answer.js';

export type Compress = (coding: Exclude<ContentCoding, 'identity'>, body: Buffer) => Promise<Buffer>;

/** Below this a packet is not saved, whatever the coding. */
const leastBytes = 1_024;

export class AnswerEncoder {
  readonly #underWay = new WeakMap<CachedAnswer, Set<ContentCoding>>();

  /** @param onGrown is told when an answer holds more than before. */
  constructor(
    private readonly compress: Compress,
    private readonly onGrown: (answer: CachedAnswer) => void,
  ) {}

  /** The best acceptable form that there is now; a better one is made for the next time from the second hit on. */
  formOf(
    answer: CachedAnswer,
    acceptable: readonly ContentCoding[],
  ): { coding: ContentCoding; body: Buffer } {
    const [best = 'identity'] = acceptable;
    if (best !== 'identity' && answer.hits > 1 && answer.body.length >= leastBytes) this.#make(answer, best);
    for (const coding of acceptable) {
      const body = coding === 'identity' ? answer.body : answer.encoded.get(coding);
      if (body !== undefined) return { coding, body };
    }
    return { coding: 'identity', body: answer.body };
  }

  #make(answer: CachedAnswer, coding: Exclude<ContentCoding, 'identity'>): void {
    const underWay = this.#underWay.get(answer) ?? new Set();
    if (underWay.has(coding)) return;
    this.#underWay.set(answer, underWay.add(coding));
    void this.#compress(answer, coding);
  }

  /** What does not become smaller stays under way for ever, so that it is not tried again. */
  async #compress(answer: CachedAnswer, coding: Exclude<ContentCoding, 'identity'>): Promise<void> {
    const body = await this.compress(coding, answer.body);
    if (body.length >= answer.body.length) return;
    answer.encoded.set(coding, body);
    this.onGrown(answer);
  }
}
