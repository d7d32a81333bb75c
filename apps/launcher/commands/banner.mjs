// What a person needs once everything runs: where to look, whom to sign in as, how to stop.
import { relative } from 'node:path';
import { parseServiceUrl } from '../settings/service-url.mjs';

/**
 * @typedef {object} BannerFacts
 * @property {string} origin
 * @property {boolean} isDevelopment
 * @property {import('../services/services.mjs').Services} services
 * @property {string} root
 * @property {string} dataDir
 * @property {import('../settings/credentials.mjs').Account[]} accounts
 * @property {string} [generatedAdminToken]
 */

/**
 * Scripts read the account lines: `ROLE EMAIL / PASSWORD`, after plain spaces, without colours.
 * @param {BannerFacts} facts
 * @returns {string[]}
 */
export function bannerLines(facts) {
  const { origin, isDevelopment, services, root, dataDir, accounts, generatedAdminToken } = facts;
  return [
    '',
    'Swiftlet is ready.',
    '',
    `  GraphQL     ${origin}/graphql${isDevelopment ? '  (in a browser: GraphiQL)' : ''}`,
    `  Health      ${origin}/health/ready`,
    `  PostgreSQL  ${postgresText(services.postgres)}`,
    `  Redis       ${redisText(services.redis)}`,
    `  Data        ${relative(root, dataDir).startsWith('..') ? dataDir : `${relative(root, dataDir)}/`}`,
    '',
    ...credentialLines(accounts, generatedAdminToken),
    'Ctrl-C stops everything.',
    '',
  ];
}

/**
 * @param {import('../settings/credentials.mjs').Account[]} accounts
 * @param {string | undefined} adminToken
 */
function credentialLines(accounts, adminToken) {
  const lines = accounts.map(({ role, email, password }) => `  ${role} ${email} / ${password}`);
  if (adminToken !== undefined) lines.push(`  ADMIN_TOKEN ${adminToken}`);
  return lines.length === 0 ? [] : [...lines, ''];
}

/** @param {import('../services/services.mjs').Service} service */
function postgresText({ kind, url, port }) {
  if (kind === 'given') return `given, ${parseServiceUrl('DATABASE_URL', url).label}`;
  return `embedded, 127.0.0.1:${port}`;
}

/** @param {import('../services/services.mjs').Service} service */
function redisText({ kind, url, port }) {
  if (kind === 'given') return `given, ${parseServiceUrl('REDIS_URL', url).label}`;
  if (kind === 'private') return `private redis-server, 127.0.0.1:${port}`;
  return 'none: a single node, cache and events in its memory only; put redis-server on the PATH or set REDIS_URL to share them';
}

/**
 * @param {string} host to listen on
 * @param {number} port
 * @returns {string} a URL that a browser on this machine can open
 */
export function originOf(host, port) {
  if (host === '0.0.0.0' || host === '::') return `http://localhost:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
