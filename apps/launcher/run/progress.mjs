// Says what is being done and for how long: one living line on a terminal, a start and an end line elsewhere.

/** Once a second is enough to see that a long step is alive. */
const TICK_MS = 1_000;

export class Progress {
  /** @type {Map<string, number>} title → start */
  #running = new Map();
  #isLineDrawn = false;
  #ticker;

  /**
   * @param {{ write(text: string): unknown, isTTY?: boolean, columns?: number }} out
   * @param {() => number} now milliseconds
   */
  constructor(out = process.stdout, now = Date.now) {
    this.out = out;
    this.now = now;
  }

  /**
   * @template T
   * @param {string} title
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async step(title, work) {
    const startMs = this.now();
    this.#running.set(title, startMs);
    this.#ticker ??= this.out.isTTY ? setInterval(() => this.#draw(), TICK_MS) : undefined;
    if (this.out.isTTY) this.#draw();
    else this.print(`  … ${title}`);
    try {
      const result = await work();
      this.#end(title);
      this.print(`  ✓ ${title}, ${seconds(this.now() - startMs)}`);
      return result;
    } catch (error) {
      this.#end(title);
      throw error;
    }
  }

  /** Prints whole lines above the living one. @param {string} text */
  print(text) {
    this.#erase();
    this.out.write(text.endsWith('\n') ? text : `${text}\n`);
    this.#draw();
  }

  /** Removes the living line for good: what follows belongs to someone else. */
  close() {
    this.#running.clear();
    this.#stopTicking();
  }

  /** @param {string} title */
  #end(title) {
    this.#running.delete(title);
    if (this.#running.size === 0) this.#stopTicking();
  }

  #stopTicking() {
    clearInterval(this.#ticker);
    this.#ticker = undefined;
    this.#erase();
  }

  #erase() {
    if (this.#isLineDrawn) this.out.write('\r\u001b[K');
    this.#isLineDrawn = false;
  }

  #draw() {
    if (!this.out.isTTY || this.#running.size === 0) return;
    const parts = [...this.#running].map(
      ([title, startMs]) => `${title} ${Math.floor((this.now() - startMs) / 1000)} s`,
    );
    // A line that wraps could not be erased again.
    const line = `  … ${parts.join(' · ')}`.slice(0, (this.out.columns ?? 80) - 1);
    this.out.write(`\r\u001b[K${line}`);
    this.#isLineDrawn = true;
  }
}

/** @param {number} durationMs */
export function seconds(durationMs) {
  return `${(durationMs / 1000).toFixed(1)} s`;
}
