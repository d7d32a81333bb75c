/** What Keyv asks of a store, by its own suite, which runs in a Vitest of its own. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { installPackages } from '../../support/install-packages.js';

const folder = new URL('.', import.meta.url).pathname;
const vitest = join('node_modules', 'vitest', 'vitest.mjs');

interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

let missing: string | undefined;

beforeAll(async () => {
  missing = await installPackages(folder);
});

it('the 38 tests of Keyv hold for the store of the application cache', async ({ skip }) => {
  skip(missing !== undefined, missing);
  const { PATH, REDIS_URL } = process.env;
  const run = promisify(execFile)(process.execPath, [vitest, 'run', '--reporter=json'], {
    cwd: folder,
    env: { PATH, REDIS_URL },
  });
  // It ends with an error when a test has failed, and its report says which.
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  const { numPassedTests, testResults } = JSON.parse(stdout) as Report;
  const others = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status !== 'passed'),
  );
  expect(others).toEqual([]);
  expect(numPassedTests).toBe(38);
});
