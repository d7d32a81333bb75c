import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HottestLabels } from './hottest-labels.js';

interface Tally {
  count: number;
}

function tallied(mostNames: number) {
  const others: Tally = { count: 0 };
  const retired: Tally[] = [];
  const named = new Map<string, Tally>();
  const labels = new HottestLabels<Tally>({
    mostNames,
    make: (name) => {
      const tally = { count: 0 };
      named.set(name, tally);
      return tally;
    },
    retired: (name) => {
      const tally = named.get(name);
      if (tally === undefined) throw new Error(`"${name}" is not there to be retired.`);
      retired.push(tally);
      named.delete(name);
    },
  });
  const use = (name: string, nowMs: number) => ((labels.use(name, nowMs) ?? others).count += 1);
  return { labels, use, named, others, retired };
}

const minuteMs = 60_000;

describe(HottestLabels.name, () => {
  it('lets everybody in while there is room', () => {
    const { use, named, others } = tallied(3);
    for (const name of ['a', 'b', 'c', 'a']) use(name, 0);
    expect([...named]).toEqual([
      ['a', { count: 2 }],
      ['b', { count: 1 }],
      ['c', { count: 1 }],
    ]);
    expect(others.count).toBe(0);
  });

  it('names the operations of an application although ten thousand invented ones came first, twenty times each', () => {
    const { use, named } = tallied(500);
    for (let at = 0; at < 10_000; at += 1) for (let time = 0; time < 20; time += 1) use(`hostile${at}`, at);
    for (let round = 0; round < 60; round += 1)
      for (let at = 0; at < 50; at += 1) use(`real${at}`, 10_000 + round * 100);
    for (let at = 0; at < 50; at += 1) expect(named.has(`real${at}`)).toBe(true);
  });

  it('names a busy operation while invented names pour in', () => {
    const { use, named } = tallied(20);
    for (let at = 0; at < 20_000; at += 1) use(at % 50 === 0 ? 'real' : `hostile${at}`, at);
    for (let at = 20_000; at < 40_000; at += 1) use(at % 50 === 0 ? 'late' : `hostile${at}`, at);
    expect(named.has('real')).toBe(true);
    expect(named.has('late')).toBe(true);
  });

  it('keeps a name that is used as much as its rivals', () => {
    const { use, retired } = tallied(10);
    for (let round = 0; round < 1_000; round += 1)
      for (let at = 0; at < 12; at += 1) use(`even${at}`, round * 1_000);
    expect(retired).toEqual([]);
  });

  it('forgets in time what nobody uses any more', () => {
    const { use, named } = tallied(1);
    for (let time = 0; time < 1_000; time += 1) use('old', 0);
    for (let time = 0; time < 40; time += 1) use('new', 120 * minuteMs);
    expect([...named.keys()]).toEqual(['new']);
  });

  it('replaces few names a minute however hard somebody tries', () => {
    const { use, retired } = tallied(500);
    for (let at = 0; at < 500; at += 1) use(`first${at}`, 0);
    for (let at = 0; at < 20_000; at += 1) for (let time = 0; time < 30; time += 1) use(`pushy${at}`, at * 3);
    expect(retired.length).toBeLessThanOrEqual(100 + 11);
  });

  it('counts what is called like the others among the others', () => {
    const { use, named, others } = tallied(5);
    use('other', 0);
    expect(named.size).toBe(0);
    expect(others.count).toBe(1);
  });

  it('does not count a look', () => {
    const { labels, named } = tallied(5);
    expect(labels.peek('a')).toBeUndefined();
    expect(named.size).toBe(0);
  });

  it('never has too many names, never loses a use, and never lets a figure that is shown go down', () => {
    const uses = fc.array(fc.tuple(fc.nat(30), fc.nat(60), fc.nat(5 * minuteMs)), { maxLength: 100 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), uses, (mostNames, bursts) => {
        const { labels, use, named, others, retired } = tallied(mostNames);
        const shown = new Map<Tally, number>();
        let nowMs = 0;
        let total = 0;
        for (const [name, times, pauseMs] of bursts) {
          nowMs += pauseMs;
          for (let time = 0; time < times; time += 1) use(`name ${name}`, nowMs);
          total += times;
          expect(labels.size).toBeLessThanOrEqual(mostNames);
          expect(labels.size).toBe(named.size);
          for (const tally of [others, ...named.values()]) {
            expect(tally.count).toBeGreaterThanOrEqual(shown.get(tally) ?? 0);
            shown.set(tally, tally.count);
          }
        }
        const all = [others, ...named.values(), ...retired].reduce((sum, { count }) => sum + count, 0);
        expect(all).toBe(total);
      }),
    );
  });
});
