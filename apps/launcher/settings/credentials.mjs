// The secrets and accounts of a development machine: generated once, kept in a file that only its owner can read.
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LauncherError } from '../launcher-error.mjs';

/** 256 bits, as RFC 7518 section 3.2 asks of a key for HS256. */
const SECRET_BYTES = 32;
/** 96 bits: far beyond guessing online, still short enough to type. */
const PASSWORD_BYTES = 12;

const ACCOUNTS = [
  { role: 'staff', email: 'staff@example.com' },
  { role: 'admin', email: 'admin@example.com' },
  // A customer of the seed data, so that signing in shows real orders.
  { role: 'customer', email: 'claire.gute@example.com' },
];

/**
 * @typedef {{ role: string, email: string, password: string }} Account
 * @typedef {object} Credentials
 * @property {string} jwtSecret
 * @property {string} adminToken
 * @property {string} postgresPassword
 * @property {string} redisPassword
 * @property {Account[]} accounts
 */

/**
 * @param {string} dataDir
 * @returns {Credentials}
 */
export function loadCredentials(dataDir) {
  const path = join(dataDir, 'credentials.json');
  const kept = readCredentials(path);
  const credentials = completeCredentials(kept, (bytes) => randomBytes(bytes).toString('base64url'));
  if (JSON.stringify(credentials) !== JSON.stringify(kept)) saveCredentials(path, credentials);
  return credentials;
}

/**
 * Keeps what is there and generates what is missing, so that a newer version can add a secret.
 * @param {Partial<Credentials>} kept
 * @param {(bytes: number) => string} generate
 * @returns {Credentials}
 */
export function completeCredentials(kept, generate) {
  return {
    jwtSecret: kept.jwtSecret ?? generate(SECRET_BYTES),
    adminToken: kept.adminToken ?? generate(SECRET_BYTES),
    postgresPassword: kept.postgresPassword ?? generate(SECRET_BYTES),
    redisPassword: kept.redisPassword ?? generate(SECRET_BYTES),
    accounts: ACCOUNTS.map(({ role, email }) => {
      const known = kept.accounts?.find((account) => account.role === role && account.email === email);
      return { role, email, password: known?.password ?? generate(PASSWORD_BYTES) };
    }),
  };
}

/** @param {string} path */
function readCredentials(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw new LauncherError(
      'BAD_CREDENTIALS_FILE',
      `${path} cannot be read as JSON; correct it, or delete it to have new credentials generated.`,
      { cause: error },
    );
  }
}

/**
 * @param {string} path
 * @param {Credentials} credentials
 */
function saveCredentials(path, credentials) {
  // Written whole under another name first: a crash must not leave half a file that locks everyone out.
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(credentials, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}
