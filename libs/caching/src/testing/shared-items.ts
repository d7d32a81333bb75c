/** A store that nodes of one process share, which counts how often it is asked. It has no leases. */
import type { SharedItem, SharedPlace, SharedStore } from '../core/shared-store.js';

export class SharedItems implements SharedStore {
  readonly items = new Map<string, Buffer>();
  roundTrips = 0;
  readonly find = () => Promise.resolve({ kind: 'nobody' as const });
  readonly renew = () => Promise.resolve();
  readonly release = () => Promise.resolve();

  async read(question: string, key: string): Promise<Buffer | undefined> {
    return (await this.readMany([{ question, key }]))[0];
  }

  async readMany(places: readonly SharedPlace[]): Promise<readonly (Buffer | undefined)[]> {
    this.roundTrips += 1;
    return places.map((place) => this.items.get(nameOf(place)));
  }

  async put(question: string, key: string, bytes: Buffer, ttlMs: number): Promise<void> {
    return this.putMany([{ question, key, bytes, ttlMs }]);
  }

  async putMany(items: readonly SharedItem[]): Promise<void> {
    this.roundTrips += 1;
    for (const item of items) this.items.set(nameOf(item), item.bytes);
  }
}

function nameOf({ question, key }: SharedPlace): string {
  return `${question}/${key}`;
}
