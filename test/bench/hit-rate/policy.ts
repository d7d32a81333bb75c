/** What the replay asks of every eviction policy: was this key there, and it is now as the policy wants it. */
export interface Policy {
  /** Keys are numbers from 0 up; every object has size one. */
  request(key: number): boolean;
}

export interface CacheSize {
  /** Objects that fit. */
  readonly capacity: number;
  /** One more than the largest key of the trace. */
  readonly keyCount: number;
}

export type PolicyMaker = (size: CacheSize) => Policy;
