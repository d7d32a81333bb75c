/** Names the questions that may be answered from the cache, and remembers the latest names, so that a hit seldom hashes. */
import { crc32 } from 'node:zlib';
import { idOfQuestion, mayHaveEffects, type AskedQuestion } from './kept-question.js';

/** Questions that are remembered, and the bytes of each: two megabytes at most. */
const mostRemembered = 1_024;
const longestRememberedBytes = 2_048;

interface Named {
  readonly method: string;
  readonly accept: string;
  readonly body: Uint8Array;
  readonly name: string | undefined;
}

export class QuestionNames {
  /** By the checksum of the body: a client can make two that have the same, and then each only takes the other's place. */
  readonly #named = new Map<number, Named>();

  /** Undefined for what may have effects. */
  nameOf(asked: AskedQuestion): string | undefined {
    const { method, accept = '', body } = asked;
    if (body === undefined) return idOfQuestion(asked);
    const checksum = crc32(body);
    const known = this.#named.get(checksum);
    // All that a name stands for is compared: nobody can have a question taken for another.
    if (known?.method === method && known.accept === accept && body.equals(known.body)) return known.name;
    const name = mayHaveEffects(body) ? undefined : idOfQuestion(asked);
    if (body.length + accept.length > longestRememberedBytes) return name;
    if (this.#named.size >= mostRemembered && known === undefined) this.#named.clear();
    // A copy, because a small buffer holds on to the larger one that it is a part of.
    this.#named.set(checksum, { method, accept, body: new Uint8Array(body), name });
    return name;
  }
}
