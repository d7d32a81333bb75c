import { describe, expect, it } from 'vitest';
import { fingerprintOf, GhostList } from './ghost-list.js';

describe('a ghost list', () => {
  it('says how many keys were evicted after the one asked for', () => {
    const ghosts = new GhostList();
    for (const key of ['a', 'b', 'c']) ghosts.add(fingerprintOf(key));
    expect(ghosts.take(fingerprintOf('a'))).toBe(2);
    expect(ghosts.take(fingerprintOf('c'))).toBe(0);
  });

  it('forgets a key that was taken, and never knew a stranger', () => {
    const ghosts = new GhostList();
    ghosts.add(fingerprintOf('a'));
    ghosts.take(fingerprintOf('a'));
    expect(ghosts.take(fingerprintOf('a'))).toBe(Infinity);
    expect(ghosts.take(fingerprintOf('stranger'))).toBe(Infinity);
  });

  it('counts a key that is evicted twice from its last eviction', () => {
    const ghosts = new GhostList();
    for (const key of ['a', 'b', 'a', 'c']) ghosts.add(fingerprintOf(key));
    expect(ghosts.take(fingerprintOf('a'))).toBe(1);
    expect(ghosts.take(fingerprintOf('a'))).toBe(Infinity);
  });

  it('remembers nearly all of the newest half of its slots, and takes no more memory for more keys', () => {
    const ghosts = new GhostList();
    const { slotCount } = ghosts;
    for (let key = 0; key < 100_000; key += 1) ghosts.add(fingerprintOf(`key ${key}`));
    expect(ghosts.slotCount).toBe(slotCount);
    let remembered = 0;
    for (let key = 100_000 - slotCount / 2; key < 100_000; key += 1)
      if (ghosts.take(fingerprintOf(`key ${key}`)) < Infinity) remembered += 1;
    expect(remembered / (slotCount / 2)).toBeGreaterThan(0.95);
  });

  it('keeps what it knows when it grows, up to a bound', () => {
    const ghosts = new GhostList();
    for (const key of ['a', 'b', 'c']) ghosts.add(fingerprintOf(key));
    for (let step = 0; step < 40; step += 1) ghosts.makeRoomFor(2 ** 30);
    expect(ghosts.slotCount).toBe(2 ** 20);
    expect(ghosts.take(fingerprintOf('a'))).toBe(2);
  });
});

describe('fingerprints', () => {
  it('differ for keys that differ in little', () => {
    const prints = new Set<number>();
    for (let key = 0; key < 10_000; key += 1) prints.add(fingerprintOf(`tenant:product:${key}`));
    expect(prints.size).toBe(10_000);
  });
});
