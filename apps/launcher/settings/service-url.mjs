// Reads DATABASE_URL and REDIS_URL and finds out whether something answers there; a password never gets into a message.
import { connect } from 'node:net';
import { LauncherError } from '../launcher-error.mjs';

/** A server on the other side of the world answers a TCP connect within a second; this leaves room for lost packets. */
const CONNECT_TIMEOUT_MS = 5_000;

const SERVICES = {
  DATABASE_URL: {
    schemes: ['postgres:', 'postgresql:'],
    defaultPort: 5432,
    example: 'postgres://user:password@host:5432/database',
    otherwise: 'or unset it to use the embedded PostgreSQL',
  },
  REDIS_URL: {
    schemes: ['redis:', 'rediss:'],
    defaultPort: 6379,
    example: 'redis://:password@host:6379/0',
    otherwise: 'or unset it to use a private redis-server',
  },
};

/**
 * @typedef {keyof typeof SERVICES} ServiceVariable
 * @typedef {{ host: string, port: number, socketPath?: string, label: string }} ServiceAddress
 */

/**
 * @param {ServiceVariable} variable
 * @param {string} value
 * @returns {ServiceAddress} `label` is fit for people: host, port and database, no user, no password
 */
export function parseServiceUrl(variable, value) {
  const { schemes, defaultPort, example, otherwise } = SERVICES[variable];
  const url = tryUrl(value);
  if (url === undefined || !schemes.includes(url.protocol)) {
    throw new LauncherError(
      `BAD_${variable}`,
      `${variable} is not a ${schemes[0]}// URL; write it as ${example}, ${otherwise}.`,
    );
  }
  const host = url.hostname.replace(/^\[|\]$/g, '') || '127.0.0.1';
  const port = url.port === '' ? defaultPort : Number(url.port);
  const name = url.pathname.length > 1 ? url.pathname : '';
  const folder = url.searchParams.get('host');
  if (folder?.startsWith('/')) {
    return { host, port, socketPath: `${folder}/.s.PGSQL.${port}`, label: `${folder} port ${port}${name}` };
  }
  return { host, port, label: `${url.hostname || host}:${port}${name}` };
}

/**
 * @param {ServiceVariable} variable
 * @param {string} value
 */
export async function checkReachable(variable, value) {
  const address = parseServiceUrl(variable, value);
  try {
    await tryConnect(address, CONNECT_TIMEOUT_MS);
  } catch (error) {
    const why = error.code ?? error.message;
    throw new LauncherError(
      `UNREACHABLE_${variable}`,
      `${variable} names ${address.label}, where nothing answers (${why}). Start that server, correct the URL, ${SERVICES[variable].otherwise}.`,
      { cause: error },
    );
  }
}

/**
 * @param {{ host: string, port: number, socketPath?: string }} address
 * @param {number} timeoutMs
 * @returns {Promise<void>}
 */
function tryConnect({ host, port, socketPath }, timeoutMs) {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath === undefined ? { host, port } : { path: socketPath });
    const timer = setTimeout(
      () => socket.destroy(new Error(`no answer in ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.destroy();
      resolve();
    });
    socket.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

/** @param {string} value */
function tryUrl(value) {
  try {
    return new URL(value);
  } catch {
    return undefined;
  }
}
