/** Names the questions that may be answered from the cache, and remembers the latest names: a hit looks instead of hashing. */
import { idOfQuestion, mayHaveEffects, type AskedQuestion } from './kept-question.js';

/** Bodies that are remembered, and their bytes: two megabytes at most. */
const mostRemembered = 1_024;
const longestRememberedBytes = 2_048;

export class QuestionNames {
  /** By all that a name says, byte for byte: what only has the hash of another is not taken for it. */
  readonly #byBody = new Map<string, string | undefined>();

  /** Undefined for what may have effects. */
  nameOf(asked: AskedQuestion): string | undefined {
    const { method, accept = '', body } = asked;
    if (body === undefined) return idOfQuestion(asked);
    if (body.length > longestRememberedBytes || accept.length > longestRememberedBytes)
      return nameAnew(asked, body);
    // No header has a line break, so that nobody's Accept can end where another's body begins.
    const key = `${method} ${accept}\n${body.toString('latin1')}`;
    const name = this.#byBody.get(key);
    if (name !== undefined || this.#byBody.has(key)) return name;
    const named = nameAnew(asked, body);
    // All at once, as a look into the map must not cost a move within it.
    if (this.#byBody.size >= mostRemembered) this.#byBody.clear();
    this.#byBody.set(key, named);
    return named;
  }
}

function nameAnew(asked: AskedQuestion, body: Buffer): string | undefined {
  return mayHaveEffects(body) ? undefined : idOfQuestion(asked);
}
