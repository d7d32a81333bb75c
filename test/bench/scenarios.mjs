/**
 * Everything that `npm run bench` and `npm run prove` can run, an entry each. A scenario is a program in a folder of its own that
 * takes `--quick`, and whose last line on standard output is its outcome as JSON (`outcome.mjs`). Plain JavaScript without
 * imports: the launcher reads this before anything is installed.
 *
 * @typedef {'build' | 'postgres' | 'redis' | 'redis-server' | 'traces'} Need `build`: the built API. `postgres`, `redis`: running
 * ones, by DATABASE_URL and REDIS_URL. `redis-server`: the program, for a Redis that is hung and killed. Any other: a folder, below
 *
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} shows one line, for the list
 * @property {string} file beside this one
 * @property {readonly Need[]} needs
 * @property {readonly string[]} bench options by which it takes minutes
 * @property {readonly string[]} [prove] options by which it is as long as its claims need; without them it is no proof
 */

/** What nobody can make, only be given: a folder that a variable names. */
export const folders = {
  traces: {
    variable: 'TRACES_DIR',
    file: 'web07.trace.xz',
    holds: 'the recorded traces web07, web12, orm-night and orm-busy (.trace.xz)',
    /** From the root of the checkout. */
    usual: '../shared/data/traces',
  },
};

/** @type {readonly Scenario[]} */
export const scenarios = [
  {
    name: 'hits',
    shows: 'answers a second and CPU time of a cache hit, beside other servers with a response cache',
    file: 'hits/run.mjs',
    needs: ['build'],
    bench: [],
  },
  {
    name: 'misses',
    shows: 'answers a second and CPU time without a cache, beside other servers',
    file: 'misses/run.mjs',
    needs: ['build'],
    bench: [],
  },
  {
    name: 'hit-rate',
    shows:
      'hits of the byte budget store on real and made traces, beside published policies and the best possible',
    file: 'hit-rate/run.ts',
    needs: ['traces'],
    bench: [],
    prove: [],
  },
  {
    name: 'byte-budget-store',
    shows: 'what an entry of the store costs in bytes, and a look into it in nanoseconds',
    file: 'byte-budget-store/run.ts',
    needs: [],
    bench: [],
  },
  {
    name: 'warming',
    shows: 'the first minute of a node that starts, with and without warming',
    file: 'warming/run.ts',
    needs: ['build', 'postgres', 'redis-server'],
    bench: [],
  },
  {
    name: 'storefront',
    shows: 'the hit rate of a whole storefront, beside the best that any cache could reach',
    file: 'storefront/run.ts',
    needs: ['build', 'postgres', 'redis-server'],
    bench: [],
  },
  {
    name: 'faults',
    shows:
      'nobody is refused, and who waits how long, while the cache’s Redis hangs, dies and forgets under load',
    file: 'faults/run.ts',
    needs: ['build', 'postgres', 'redis-server'],
    bench: [],
    prove: [],
  },
  {
    name: 'staleness',
    shows:
      'no answer is older than a write that its asker knew of, whatever befalls Redis; beside other caches',
    file: 'staleness/run.mjs',
    needs: ['redis-server'],
    bench: ['--operations', '100000'],
    prove: [],
  },
  {
    name: 'lists',
    shows: 'cached lists end with every write that changes them, and with few others',
    file: 'lists/run.mjs',
    needs: ['postgres', 'redis', 'redis-server'],
    bench: ['--writes', '1000'],
    prove: [],
  },
  {
    name: 'memory',
    shows: 'the memory of a node stays flat while a million questions come that nobody has asked before',
    file: 'memory/run.ts',
    needs: [],
    bench: ['--questions', '300000'],
    prove: [],
  },
  {
    name: 'monitoring-observer',
    shows: 'what counting costs an operation, and a scrape the event loop after ten thousand invented names',
    file: 'monitoring-observer/run.ts',
    needs: [],
    bench: [],
    prove: [],
  },
];
