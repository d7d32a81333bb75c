/** Sends at a fixed rate, however long the answers take: who waits for one before sending the next hides every pause. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Sample {
  /** When it should have been sent, by `performance.now`. */
  readonly dueAtMs: number;
  /** From then until it was answered. */
  readonly latencyMs: number;
}

export class OpenLoop {
  readonly samples: Sample[] = [];
  readonly failures: unknown[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #running: Promise<void>;
  #isStopped = false;

  constructor(
    private readonly ratePerSecond: number,
    private readonly send: () => Promise<void>,
  ) {
    this.#running = this.#run();
  }

  /** Resolves when everything sent has been answered. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
    await Promise.all(this.#underWay);
  }

  async #run(): Promise<void> {
    const startMs = performance.now();
    for (let count = 0; !this.#isStopped; count += 1) {
      const dueAtMs = startMs + (count * 1_000) / this.ratePerSecond;
      const earlyMs = dueAtMs - performance.now();
      if (earlyMs > 0) await delay(earlyMs);
      const answered = this.#sendOne(dueAtMs).finally(() => this.#underWay.delete(answered));
      this.#underWay.add(answered);
    }
  }

  async #sendOne(dueAtMs: number): Promise<void> {
    try {
      await this.send();
      this.samples.push({ dueAtMs, latencyMs: performance.now() - dueAtMs });
    } catch (error) {
      this.failures.push(error);
    }
  }
}
