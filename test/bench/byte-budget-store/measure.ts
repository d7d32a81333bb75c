/** What an entry costs beside key and value, what a hit costs, and that a million strangers leave no trace. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ByteBudgetStore } from '../../../libs/caching/src/core/byte-budget-store.js';

const entryCount = 200_000;
const keyLength = 64;

export function measure(isQuick: boolean): Record<string, number> {
  // The collector is asked for from inside, so that the command needs no flag.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  return { ...entryOverhead(collect), ...hitCost(), ...flatness(collect, isQuick ? 50_000 : 250_000) };
}

/** Keys are made as requests make them: from bytes, so that each is a string of its own. */
function keyOf(number: number): string {
  return Buffer.from(String(number).padStart(keyLength, 'k')).toString('latin1');
}

function usedBytes(collect: () => void): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** All entries share one value; what is left after the characters of the keys is the overhead. */
function entryOverhead(collect: () => void): Record<string, number> {
  const value = {};
  const before = usedBytes(collect);
  const store = new ByteBudgetStore<object>({ budgetBytes: 2 ** 32 });
  for (let number = 0; number < entryCount; number += 1) store.set(keyOf(number), value, 0);
  const each = (usedBytes(collect) - before) / store.count - keyLength;
  return { overheadBytesPerEntry: Math.round(each) };
}

function hitCost(): Record<string, number> {
  const store = new ByteBudgetStore<object>({ budgetBytes: 2 ** 30 });
  const keys = Array.from({ length: 10_000 }, (_, number) => keyOf(number));
  for (const key of keys) store.set(key, {}, 100);
  let found = 0;
  let best = Infinity;
  for (let round = 0; round < 30; round += 1) {
    const startedAt = performance.now();
    for (let repeat = 0; repeat < 10; repeat += 1)
      for (const key of keys) if (store.get(key) !== undefined) found += 1;
    best = Math.min(best, (performance.now() - startedAt) / (10 * keys.length));
  }
  return { hits: found, nanosecondsPerGet: Math.round(best * 1e6) };
}

function flatness(collect: () => void, keysPerRound: number): Record<string, number> {
  const store = new ByteBudgetStore<object>({ budgetBytes: 4 * 2 ** 20 });
  let number = 0;
  const round = (): number => {
    for (const end = number + keysPerRound; number < end; number += 1) store.set(keyOf(number), {}, 16);
    return usedBytes(collect);
  };
  const first = round();
  const startedAt = performance.now();
  for (let at = 0; at < 2; at += 1) round();
  const last = round();
  const nanosecondsPerSet = Math.round(((performance.now() - startedAt) / (3 * keysPerRound)) * 1e6);
  return { distinctKeys: number, grownBytes: last - first, nanosecondsPerSet };
}
