/** The policies once more, as plainly and slowly as they can be written: what the fast ones are tested against. */
import { FrequencySketch } from './frequency-sketch.js';
import type { CacheSize, Policy } from './policy.js';

/** Lists run from the oldest to the newest. */
function take(list: number[], key: number): boolean {
  const at = list.indexOf(key);
  if (at === -1) return false;
  list.splice(at, 1);
  return true;
}

export function lruModel({ capacity }: CacheSize): Policy {
  const kept: number[] = [];
  return {
    request(key) {
      const isHit = take(kept, key);
      kept.push(key);
      if (kept.length > capacity) kept.shift();
      return isHit;
    },
  };
}

export function sieveModel({ capacity }: CacheSize): Policy {
  const kept: { key: number; visited: boolean }[] = [];
  let hand = 0;
  return {
    request(key) {
      const held = kept.find((each) => each.key === key);
      if (held !== undefined) return (held.visited = true);
      if (kept.length === capacity) {
        for (hand %= capacity; kept[hand]?.visited === true; hand = (hand + 1) % capacity)
          kept[hand] = { key: kept[hand]?.key ?? -1, visited: false };
        // The hand then stands at the next newer one, and at the oldest again if there was none newer.
        const wasNewest = hand === capacity - 1;
        kept.splice(hand, 1);
        if (wasNewest) hand = 0;
      }
      kept.push({ key, visited: false });
      return false;
    },
  };
}

export function s3FifoModel({ capacity }: CacheSize): Policy {
  const small: number[] = [];
  const main: number[] = [];
  const ghosts: number[] = [];
  const uses = new Map<number, number>();
  const smallTarget = Math.max(1, Math.floor(capacity / 10));
  const evictFromMain = (): void => {
    const key = main.shift() as number;
    const count = uses.get(key) ?? 0;
    if (count === 0) return;
    uses.set(key, count - 1);
    main.push(key);
    evictFromMain();
  };
  const evictFromSmall = (): void => {
    const key = small.shift();
    if (key === undefined) return;
    if ((uses.get(key) ?? 0) > 1) {
      uses.set(key, 0);
      main.push(key);
      if (main.length > capacity - smallTarget) evictFromMain();
      else evictFromSmall();
    } else {
      ghosts.push(key);
      if (ghosts.length > capacity - smallTarget) ghosts.shift();
    }
  };
  return {
    request(key) {
      if (small.includes(key) || main.includes(key)) {
        uses.set(key, Math.min(3, (uses.get(key) ?? 0) + 1));
        return true;
      }
      const returns = ghosts.includes(key);
      while (small.length + main.length >= capacity)
        if (small.length >= smallTarget || main.length === 0) evictFromSmall();
        else evictFromMain();
      take(ghosts, key);
      (returns ? main : small).push(key);
      uses.set(key, 0);
      return false;
    },
  };
}

export function arcModel({ capacity: c }: CacheSize): Policy {
  const [t1, t2, b1, b2]: [number[], number[], number[], number[]] = [[], [], [], []];
  let p = 0;
  const replace = (key: number): void => {
    if (t1.length >= 1 && (t1.length > p || (b2.includes(key) && t1.length === p)))
      b1.push(t1.shift() as number);
    else b2.push(t2.shift() as number);
  };
  return {
    request(key) {
      if (take(t1, key) || take(t2, key)) return t2.push(key) > 0;
      if (b1.includes(key)) {
        p = Math.min(c, p + Math.max(1, b2.length / b1.length));
        replace(key);
        take(b1, key);
        t2.push(key);
      } else if (b2.includes(key)) {
        p = Math.max(0, p - Math.max(1, b1.length / b2.length));
        replace(key);
        take(b2, key);
        t2.push(key);
      } else {
        if (t1.length + b1.length === c) {
          if (t1.length < c) {
            b1.shift();
            replace(key);
          } else t1.shift();
        } else if (t1.length + t2.length + b1.length + b2.length >= c) {
          if (t1.length + t2.length + b1.length + b2.length === 2 * c) b2.shift();
          replace(key);
        }
        t1.push(key);
      }
      return false;
    },
  };
}

export function wTinyLfuModel({ capacity }: CacheSize): Policy {
  const [window, probation, safe]: [number[], number[], number[]] = [[], [], []];
  const sketch = new FrequencySketch(capacity);
  const windowTarget = Math.max(1, Math.floor(capacity / 100));
  return {
    request(key) {
      sketch.add(key);
      if (take(window, key)) return window.push(key) > 0;
      if (take(safe, key)) return safe.push(key) > 0;
      if (take(probation, key)) {
        safe.push(key);
        while (safe.length > (capacity - windowTarget) * 0.8) probation.push(safe.shift() as number);
        return true;
      }
      window.push(key);
      if (window.length <= windowTarget) return false;
      const candidate = window.shift() as number;
      if (window.length + probation.length + safe.length >= capacity) {
        const victim = probation[0] ?? candidate;
        if (victim === candidate || sketch.frequency(candidate) <= sketch.frequency(victim)) return false;
        probation.shift();
      }
      probation.push(candidate);
      return false;
    },
  };
}

/** Tries every way to evict, and to keep nothing: only for very short traces. */
export function mostHits(keys: readonly number[], capacity: number): number {
  const known = new Map<string, number>();
  const best = (at: number, kept: readonly number[]): number => {
    const key = keys[at];
    if (key === undefined) return 0;
    const state = `${at}:${kept.join()}`;
    const before = known.get(state);
    if (before !== undefined) return before;
    let most: number;
    if (kept.includes(key)) most = 1 + best(at + 1, kept);
    else {
      most = best(at + 1, kept);
      const choices =
        kept.length < capacity ? [kept] : kept.map((out) => kept.filter((each) => each !== out));
      for (const rest of choices)
        most = Math.max(
          most,
          best(
            at + 1,
            [...rest, key].toSorted((a, b) => a - b),
          ),
        );
    }
    known.set(state, most);
    return most;
  };
  return best(0, []);
}
