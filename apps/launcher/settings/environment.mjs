// What the user asked for: the process environment over the checkout's .env file, read once and checked.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LauncherError } from '../launcher-error.mjs';

const MODES = ['development', 'production', 'test'];
const DEFAULT_PORT = 3000;
// Loopback: a development server with generated accounts is nobody else's business on the network.
const DEFAULT_HOST = '127.0.0.1';

/**
 * @typedef {object} Settings
 * @property {string} root the checkout
 * @property {NodeJS.ProcessEnv} env
 * @property {string} dataDir absolute
 * @property {string} host
 * @property {number} port 0 asks for any free one
 * @property {boolean} isDevelopment only then are secrets and accounts generated
 * @property {string | undefined} databaseUrl
 * @property {string | undefined} redisUrl
 */

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} processEnv
 * @returns {Settings}
 */
export function readSettings(root, processEnv) {
  const env = { ...parseEnvFile(readIfPresent(join(root, '.env'))), ...processEnv };
  return {
    root,
    env,
    dataDir: resolve(root, valueOf(env.DATA_DIR) ?? '.data'),
    host: valueOf(env.HOST) ?? DEFAULT_HOST,
    port: readPort(valueOf(env.PORT)),
    isDevelopment: isDevelopment(env),
    databaseUrl: valueOf(env.DATABASE_URL),
    redisUrl: valueOf(env.REDIS_URL),
  };
}

/** @param {NodeJS.ProcessEnv} env */
export function isDevelopment(env) {
  const mode = valueOf(env.NODE_ENV);
  if (mode !== undefined && !MODES.includes(mode)) {
    throw new LauncherError('BAD_NODE_ENV', `NODE_ENV is "${mode}"; it must be one of ${MODES.join(', ')}.`);
  }
  return mode === undefined || mode === 'development';
}

/**
 * The part of dotenv files that everyone agrees on: comments, `export`, single and double quotes, \n in double
 * quotes. Names without a value are left out: `.env.example` lists them so that they can be filled in.
 * @param {string} text
 * @returns {Record<string, string>}
 */
export function parseEnvFile(text) {
  /** @type {Record<string, string>} */
  const values = {};
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    const value = match === null ? '' : unquote(match[2]);
    if (value !== '') values[match[1]] = value;
  }
  return values;
}

/** @param {string} written */
function unquote(written) {
  const quoted = /^(["'`])(.*?)\1\s*(?:#.*)?$/.exec(written);
  if (quoted === null) return written.replace(/(?:^|\s+)#.*$/, '');
  return quoted[1] === '"' ? quoted[2].replaceAll('\\n', '\n') : quoted[2];
}

/** @param {string | undefined} value */
function valueOf(value) {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}

/** @param {string | undefined} value */
function readPort(value) {
  if (value === undefined) return DEFAULT_PORT;
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  throw new LauncherError(
    'BAD_PORT',
    `PORT is "${value}"; set it to a number from 1 to 65535, or to 0 for any.`,
  );
}

/** @param {string} path */
function readIfPresent(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw new LauncherError('BAD_ENV_FILE', `${path} cannot be read (${error.code}).`, { cause: error });
  }
}
