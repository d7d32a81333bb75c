/** What HTTP asks of caches, by the tests of the http-tests project, as far as they apply to a cache beside its origin. */
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { installPackages } from '../../support/install-packages.js';
import { CachingProxy } from './caching-proxy.js';
import { readGroups, runSuite, startOrigin, type Origin, type SuiteResults } from './suite.js';
import { verdicts } from './verdicts.js';

let missing: string | undefined;
let origin: Origin | undefined;
let proxy: CachingProxy | undefined;
let results: SuiteResults;

beforeAll(async () => {
  missing = await installPackages(new URL('.', import.meta.url).pathname);
  if (missing !== undefined) return;
  origin = await startOrigin();
  proxy = await CachingProxy.start(origin.url);
  results = await runSuite(proxy.url);
});
afterAll(async () => {
  await proxy?.close();
  await origin?.stop();
});

/** Undefined when there is no suite here: the test is skipped and says why. */
function resultOf({ skip }: TestContext, id: string): SuiteResults[string] | undefined {
  skip(missing !== undefined, missing);
  return results[id];
}

describe.each(Object.entries(verdicts))('the cache tests of %s', (group, verdict) => {
  const { holds = [], declines = { tests: [], because: '' }, othersSayNothing } = verdict;

  it.for(holds)('%s holds', (id, context) => {
    expect(resultOf(context, id)).toBe(true);
  });

  it.for(declines.tests)(`%s is declined: ${declines.because}`, (id, context) => {
    expect(resultOf(context, id)).toEqual(['Assertion', expect.any(String)]);
  });

  it('are judged, all of them', async ({ skip }) => {
    skip(missing !== undefined, missing);
    const ids = (await readGroups()).get(group) ?? [];
    const judged = [...holds, ...declines.tests];
    expect(ids).toEqual(expect.arrayContaining(judged));
    expect(judged.length < ids.length).toBe(othersSayNothing !== undefined);
  });
});

it('there is no group that nobody has judged', async ({ skip }) => {
  skip(missing !== undefined, missing);
  expect(Object.keys(verdicts).toSorted()).toEqual([...(await readGroups()).keys()].toSorted());
});
