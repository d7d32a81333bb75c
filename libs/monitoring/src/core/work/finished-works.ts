/** Hands every finished piece of work to all who want to know of it. */
import type { FinishedWork, WorkObserver } from './work.js';

export class FinishedWorks implements WorkObserver {
  readonly #observers = new Set<WorkObserver>();

  /** @returns takes the observer away. */
  observe(observer: WorkObserver): () => void {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  finished(work: FinishedWork): void {
    for (const observer of this.#observers) observer.finished(work);
  }
}
