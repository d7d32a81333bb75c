/** What it costs to find an answer in memory and to see that it is still true, by its tags: `node test/bench/hits/in-memory.mjs`. */
import { Buffer } from 'node:buffer';
import { cpus } from 'node:os';
import { builtLoader } from '../built.mjs';

const answersAtATime = 1_000;
const looks = 200_000;
const rounds = 15;
const nowMs = () => Date.now();

const load = builtLoader(import.meta.url);
const { Fence } = await load('libs/caching/src/core/fence.js');
const { ByteBudgetStore } = await load('libs/caching/src/core/byte-budget-store.js');
const { AnswerCache } = await load('libs/caching/src/core/answer-cache.js');
const { Answering } = await load('libs/caching/src/core/answering.js');
const { QuestionNames } = await load('libs/caching/src/core/question-names.js');
const { scopeKeys } = await load('libs/caching/src/core/scope.js');
const { noSharedStore } = await load('libs/caching/src/core/shared-store.js');
const { MemoryInvalidationLog } = await load('libs/caching/src/adapters/memory-invalidation-log.js');

const customer = { role: 'customer', user: 'customer-1' };

async function newCache() {
  const fence = new Fence();
  const log = new MemoryInvalidationLog();
  await log.start(fence);
  const memory = new ByteBudgetStore({ budgetBytes: 256 * 2 ** 20 });
  const cache = new AnswerCache({ fence, memory, shared: noSharedStore, nowMs });
  const answering = new Answering({ fence, log, cache, nowMs, pause: async () => {}, random: Math.random });
  return { cache, answering, names: new QuestionNames() };
}

function askedOf(at) {
  const query = `query Product${at} { product(id: "${at}") { name price reviews { rating text } } }`;
  return {
    method: 'POST',
    path: '/graphql',
    accept: undefined,
    body: Buffer.from(JSON.stringify({ query })),
  };
}

/** A fifth of its tags is this answer's own; the others it shares with its neighbours. */
function answerOf(at, tagCount, scope) {
  const tags = Array.from({ length: tagCount }, (_, tag) =>
    tag % 5 === 0 ? `products(id)[name]=${at}.${tag}` : `reviews(id)[text]=${(at + tag) % answersAtATime}`,
  );
  const body = Buffer.alloc(1_024);
  return {
    body,
    contentType: 'application/json',
    contentHash: 'hash',
    operation: `Product${at}`,
    scope,
    bornAt: Number.MAX_SAFE_INTEGER,
    dependencies: { reads: [], tags },
    storedAtMs: nowMs(),
    aging: [{ kind: 'fixed', ttlMs: 3_600_000 }],
    kind: 'value',
    random: 0,
    computeMs: 1,
  };
}

/** Nanoseconds of CPU a look, each round with the same answers. */
async function measure(tagCount, level) {
  const { cache, answering, names } = await newCache();
  const { key } = scopeKeys(customer).find((scope) => scope.level === level);
  const asked = Array.from({ length: answersAtATime }, (_, at) => askedOf(at));
  for (const [at, one] of asked.entries())
    mustBe(cache.keep(names.nameOf(one), key, answerOf(at, tagCount, level)));
  const perRound = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = process.cpuUsage();
    for (let look = 0; look < looks; look += 1) {
      const id = names.nameOf(asked[(look * 7) % answersAtATime]);
      mustBe(answering.findNow({ id, scope: customer }, 0));
    }
    const { user, system } = process.cpuUsage(before);
    perRound.push(((user + system) * 1_000) / looks);
  }
  return perRound.toSorted((one, other) => one - other);
}

function mustBe(found) {
  if (found === undefined) throw new Error('An answer that was kept is not found.');
}

process.stdout.write(
  `${process.version}, ${cpus()[0].model}, ${answersAtATime} answers, ${rounds} × ${looks} looks\n`,
);
process.stdout.write('| tags of an answer | whose | µs a hit, median (min–max) |\n|---|---|---|\n');
for (const level of ['public', 'user'])
  for (const tagCount of [0, 1, 10, 50, 200]) {
    const ns = await measure(tagCount, level);
    const [median, min, max] = [ns[Math.floor(rounds / 2)], ns[0], ns.at(-1)].map((one) =>
      (one / 1_000).toFixed(2),
    );
    process.stdout.write(
      `| ${tagCount} | ${level === 'public' ? "everybody's" : "one user's"} | ${median} (${min}–${max}) |\n`,
    );
  }
