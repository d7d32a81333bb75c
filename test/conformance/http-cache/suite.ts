/** Runs the suite's own command line: its origin, and all of its tests against a cache before it. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../support/api-process.js';

const folder = new URL('node_modules/http-cache-tests/', import.meta.url).pathname;
const startTimeoutMs = 20_000;

/** By a test's id: `true`, or a word for the kind of failure and what was wrong. */
export type SuiteResults = Readonly<Record<string, true | readonly [kind: string, message: string]>>;

interface SuiteGroup {
  readonly id: string;
  readonly tests: readonly { readonly id: string; readonly browser_only?: boolean }[];
}

/** The tests that its command line runs, by their group; the others are for browsers. */
export async function readGroups(): Promise<ReadonlyMap<string, readonly string[]>> {
  const [{ default: groups }, { default: last }] = (await Promise.all(
    ['index', 'surrogate-control'].map((file) => import(`${folder}tests/${file}.mjs`)),
  )) as [{ default: SuiteGroup[] }, { default: SuiteGroup }];
  return new Map(
    [...groups, last].map(({ id, tests }) => [
      id,
      tests.filter((test) => test.browser_only !== true).map((test) => test.id),
    ]),
  );
}

export interface Origin {
  readonly url: string;
  stop(): Promise<void>;
}

/** The suite takes its settings from npm's environment variables. */
export async function startOrigin(): Promise<Origin> {
  const port = await freePort();
  const pidfile = join(tmpdir(), `http-cache-tests-${port}.pid`);
  const child = spawn(process.execPath, ['server/server.mjs'], {
    cwd: folder,
    env: { npm_config_protocol: 'http', npm_config_port: String(port), npm_config_pidfile: pidfile },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data', { signal: AbortSignal.timeout(startTimeoutMs) });
  child.stdout.resume();
  return {
    url: `http://localhost:${port}`,
    stop: async () => {
      child.kill();
      await Promise.all([once(child, 'exit'), rm(pidfile, { force: true })]);
    },
  };
}

export async function runSuite(proxyUrl: string): Promise<SuiteResults> {
  const env = { npm_config_base: proxyUrl, npm_package_config_id: '' };
  const options = { cwd: folder, env, maxBuffer: 16_777_216 };
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', 'cli.mjs'], options);
  return JSON.parse(stdout) as SuiteResults;
}
