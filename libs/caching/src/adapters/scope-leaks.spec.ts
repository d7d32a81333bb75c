import { describe, expect, it } from 'vitest';
import { watchScope } from '../core/scope.js';
import { huntLeaks } from '../testing/leak-hunt.js';
import type { LeakContext } from '../testing/leak-world.js';

const seed = Number(process.env['LEAK_HUNT_SEED'] ?? 1);
const cases = Number(process.env['LEAK_HUNT_CASES'] ?? 3_000);

/** A watch without one of its eyes. */
function blindTo(trap: 'has' | 'ownKeys' | 'getOwnPropertyDescriptor'): typeof watchScope {
  return (watched, levels, onRead) => {
    const watching = watchScope(watched, levels, onRead);
    const seenBy = (asked: typeof trap) => (asked === trap ? watched : watching);
    return new Proxy(watched, {
      get: (_target, name) => Reflect.get(watching, name) as unknown,
      has: (_target, name) => Reflect.has(seenBy('has'), name),
      ownKeys: () => Reflect.ownKeys(seenBy('ownKeys')),
      getOwnPropertyDescriptor: (_target, name) =>
        Reflect.getOwnPropertyDescriptor(seenBy('getOwnPropertyDescriptor'), name),
    });
  };
}

/** A watch that takes the looks at one property for less than they are. */
function mistaking(property: string, level: 'public' | 'role'): typeof watchScope {
  return (watched, levels, onRead) => watchScope(watched, { ...levels, [property]: level }, onRead);
}

const originals = new WeakMap<object, object>();

/** Lets what is watched be found again. */
const rememberingWatch: typeof watchScope = (watched, levels, onRead) => {
  const watching = watchScope(watched, levels, onRead);
  originals.set(watching, watched);
  return watching;
};

function originalOf<T extends object>(watching: T): T {
  return (originals.get(watching) as T | undefined) ?? watching;
}

function unwatched({ viewer, request }: LeakContext): LeakContext {
  return { viewer: originalOf(viewer), request: originalOf(request) };
}

describe('answers, root fields, values and entities that are cached', () => {
  it(
    'tell nobody what only somebody else may know, whatever resolvers look at and however',
    { timeout: 30_000 + cases * 20 },
    async () => {
      const { leaks, hits, partial, ...report } = await huntLeaks({ seed, cases, watch: watchScope });
      expect(leaks.slice(0, 3)).toEqual([]);
      expect(report.cases).toBeGreaterThanOrEqual(cases);
      // A cache that keeps nothing leaks nothing.
      expect(hits).toBeGreaterThan(cases / 5);
      expect(partial).toBeGreaterThan(cases / 50);
    },
  );

  it('tell nobody else’s secrets where the context is watched, which Apollo copies, and resolvers read the copy', async () => {
    const { leaks } = await huntLeaks({ seed, cases: 400, watch: watchScope, watchesContext: true });
    expect(leaks).toEqual([]);
  }, 30_000);

  it.each([
    ['takes the user for part of the role', mistaking('user', 'role')],
    ['takes the tenant for everybody’s', mistaking('tenant', 'public')],
    ['takes the role for everybody’s', mistaking('role', 'public')],
    ['does not know that a session is the request’s alone', mistaking('session', 'public')],
    ['does not know that a request’s id is its own', mistaking('id', 'public')],
    ['does not see that somebody asks whether a property is there', blindTo('has')],
    ['does not see that somebody lists the properties', blindTo('ownKeys')],
    ['does not see that somebody asks for a descriptor', blindTo('getOwnPropertyDescriptor')],
  ])('would be found to leak if the watch %s', { timeout: 60_000 }, async (_, watch) => {
    let leakCount = 0;
    for (let round = 0; round < 8 && leakCount === 0; round += 1) {
      leakCount = (await huntLeaks({ seed: seed + round, cases: 400, watch })).leaks.length;
    }
    expect(leakCount).toBeGreaterThan(0);
  });

  it(
    'would be found to leak if loaders of entities saw the asker unwatched',
    { timeout: 60_000 },
    async () => {
      const seenByLoaders = unwatched;
      let leakCount = 0;
      for (let round = 0; round < 8 && leakCount === 0; round += 1) {
        const hunted = { seed: seed + round, cases: 400, watch: rememberingWatch, seenByLoaders };
        leakCount = (await huntLeaks(hunted)).leaks.length;
      }
      expect(leakCount).toBeGreaterThan(0);
    },
  );
});
