/** Decides which compressed forms an answer is worth, and keeps them with it. */
import type { ContentCoding } from './http/accept-encoding.js';
import type { CachedAnswer } from './cached-answer.js';

export type Compress = (coding: Exclude<ContentCoding, 'identity'>, body: Buffer) => Promise<Buffer>;

/** Below this a packet is not saved, whatever the coding. */
const leastBytes = 1_024;

export class AnswerEncoder {
  readonly #underWay = new WeakMap<CachedAnswer, Map<ContentCoding, Promise<void>>>();

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
    if (answer.hits > 1 && best !== 'identity' && !answer.encoded.has(best))
      void this.prepare(answer, acceptable);
    for (const coding of acceptable) {
      const body = coding === 'identity' ? answer.body : answer.encoded.get(coding);
      if (body !== undefined) return { coding, body };
    }
    return { coding: 'identity', body: answer.body };
  }

  /** Resolves when there is the best acceptable form, if it is worth having: for those who keep the first one that they get. */
  async prepare(answer: CachedAnswer, acceptable: readonly ContentCoding[]): Promise<void> {
    const [best = 'identity'] = acceptable;
    if (best === 'identity' || answer.body.length < leastBytes) return;
    const underWay = this.#underWay.get(answer) ?? new Map<ContentCoding, Promise<void>>();
    const making = underWay.get(best) ?? this.#make(answer, best);
    this.#underWay.set(answer, underWay.set(best, making));
    await making;
  }

  /** What does not become smaller counts as made, so that it is not tried again. */
  async #make(answer: CachedAnswer, coding: Exclude<ContentCoding, 'identity'>): Promise<void> {
    const body = await this.compress(coding, answer.body);
    if (body.length >= answer.body.length) return;
    answer.encoded.set(coding, body);
    this.onGrown(answer);
  }
}
