// Makes the folder that PostgreSQL keeps its data in: whole or not at all, with our role, password and database.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LauncherError } from '../launcher-error.mjs';
import { mustSucceed } from '../run/task.mjs';
import { giveTo, invokeAs } from './unprivileged.mjs';

export const ROLE = 'swiftlet';
export const DATABASE = 'swiftlet';
const VERSION = '18';

/**
 * @typedef {object} Cluster
 * @property {string} folder
 * @property {string} password base64url, so it needs no quoting in SQL or in a URL
 * @property {boolean} isDurable false for tests: nothing is ever synced to disk
 * @property {{ initdb: string, postgres: string }} programs
 * @property {import('./unprivileged.mjs').User | undefined} user
 */

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {Cluster} cluster
 */
export async function ensureCluster(run, cluster) {
  removeDrafts(cluster.folder);
  if (!existsSync(cluster.folder)) await createCluster(run, cluster);
  checkVersion(cluster.folder);
  await provision(run, cluster);
}

/** @param {string} folder */
function draftPrefix(folder) {
  return join(dirname(folder), `${basename(folder)}.draft-`);
}

/** What an interrupted initdb left. @param {string} folder */
function removeDrafts(folder) {
  const prefix = basename(draftPrefix(folder));
  for (const name of readdirSync(dirname(folder))) {
    if (name.startsWith(prefix)) rmSync(join(dirname(folder), name), { recursive: true, force: true });
  }
}

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {Cluster} cluster
 */
async function createCluster(run, { folder, password, isDurable, programs, user }) {
  const draft = mkdtempSync(draftPrefix(folder));
  const pgdata = join(draft, 'pgdata');
  const passwordFile = join(draft, 'password');
  mkdirSync(pgdata, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  for (const path of [draft, pgdata, passwordFile]) giveTo(path, user);
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const access = [`--username=${ROLE}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const args = ['-D', pgdata, ...access, ...locale, ...(isDurable ? [] : ['--no-sync'])];
  await mustSucceed(run, {
    name: 'initdb',
    ...invokeAs(user, programs.initdb, args),
    cwd: '/',
    env: postgresEnvironment(run.env),
  });
  renameSync(pgdata, folder);
  rmSync(draft, { recursive: true });
}

/** @param {string} folder */
function checkVersion(folder) {
  let found;
  try {
    found = readFileSync(join(folder, 'PG_VERSION'), { encoding: 'utf8' }).trim();
  } catch (error) {
    throw new LauncherError(
      'POSTGRES_FOLDER_UNREADABLE',
      `${folder} cannot be read as a PostgreSQL folder of this user (${error.code}); move it away, or set DATA_DIR to another folder.`,
      { cause: error },
    );
  }
  if (found === VERSION) return;
  throw new LauncherError(
    'POSTGRES_FOLDER_VERSION',
    `${folder} was written by PostgreSQL ${found}, the embedded one is ${VERSION}; move it away, or set DATA_DIR to another folder.`,
  );
}

/**
 * The database may have been dropped and the password generated anew since the last start. Single-user mode can mend
 * both without knowing the old password and before anybody can connect (0.1 s).
 * @param {import('../run/task.mjs').Run} run
 * @param {Cluster} cluster
 */
async function provision(run, { folder, password, programs, user }) {
  const sql = [
    `CREATE DATABASE ${DATABASE};`,
    `ALTER ROLE ${ROLE} LOGIN SUPERUSER PASSWORD '${password}';`,
    '',
  ];
  const { text } = await mustSucceed(run, {
    name: 'PostgreSQL in single-user mode',
    ...invokeAs(user, programs.postgres, ['--single', '-D', folder, 'postgres']),
    cwd: '/',
    env: postgresEnvironment(run.env),
    input: sql.join('\n'),
  });
  const problem = provisioningProblem(text);
  if (problem === undefined) return;
  throw new LauncherError('POSTGRES_PROVISIONING', `The database could not be prepared: ${problem}`);
}

/**
 * Single-user mode exits with 0 whatever happened to a statement.
 * @param {string} text
 * @returns {string | undefined}
 */
export function provisioningProblem(text) {
  const errors = [...text.matchAll(/\b(?:ERROR|FATAL|PANIC):\s+(.*)/g)].map((match) => match[1]);
  return errors.find((error) => error !== `database "${DATABASE}" already exists`);
}

/** @param {NodeJS.ProcessEnv} env without PGDATA, PGPORT and the like, which would override what is asked for here */
export function postgresEnvironment(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('PG')));
}
