// Finds out whether a port can be listened on, and picks a free one.
import { createServer } from 'node:net';
import { LauncherError } from '../launcher-error.mjs';

/**
 * @param {string} host
 * @param {number} port
 */
export async function checkPortFree(host, port) {
  try {
    await listenOnce(host, port);
  } catch (error) {
    throw new LauncherError('PORT_UNAVAILABLE', portText(host, port, error.code), { cause: error });
  }
}

/** @returns {Promise<number>} a port of 127.0.0.1 that nobody listened on a moment ago */
export function freePort(host = '127.0.0.1') {
  return listenOnce(host, 0);
}

/**
 * @param {string} host
 * @param {number} port
 * @param {string} code of the failed listen(2)
 */
export function portText(host, port, code) {
  const other = port < 65_535 ? port + 1 : port - 1;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use; stop the program that listens there, or set PORT, for example: PORT=${other} npm start`;
    case 'EACCES':
      return `Port ${port} needs more rights than this user has; set PORT to a number above 1023, for example: PORT=3000 npm start`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST is ${host}, which is no address of this machine; set HOST, for example: HOST=127.0.0.1 npm start`;
    default:
      return `Port ${port} on ${host} cannot be opened (${code}); set PORT or HOST to others.`;
  }
}

/**
 * @param {string} host
 * @param {number} port
 * @returns {Promise<number>}
 */
function listenOnce(host, port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      const { port: opened } = server.address();
      server.close(() => resolve(opened));
    });
  });
}
