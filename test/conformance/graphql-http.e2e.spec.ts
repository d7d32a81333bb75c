/** The GraphQL-over-HTTP specification, by the audits of its reference implementation, against the running application. */
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisServer } from '../support/redis-server.js';
import { startApp, type RunningApp } from '../support/start-app.js';

/** What a browser's fetch cannot send without a preflight, so that CSRF prevention lets the audits' GETs in. */
async function fetchWithPreflight(url: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(String(url), {
    ...init,
    headers: { ...(init.headers as Record<string, string> | undefined), 'apollo-require-preflight': '1' },
  });
}

describe.each([
  ['with the cache', 'true'],
  ['without the cache', 'false'],
])('the server audits of graphql-http, %s', (_what, isCached) => {
  let redis: RedisServer;
  let app: RunningApp;
  beforeAll(async () => {
    redis = await RedisServer.start();
    app = await startApp({ env: { REDIS_URL: redis.url, CACHE_ENABLED: isCached } });
  });
  afterAll(async () => {
    await app.stop();
    await redis.stop();
  });

  const audits = serverAudits({ url: () => `${app.url}/graphql`, fetchFn: fetchWithPreflight });

  it('are 61', () => {
    expect(audits).toHaveLength(61);
  });

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    '%s %s',
    async (_id, _name, audit) => {
      // The second time, what can be kept lies ready.
      for (const result of [await audit.fn(), await audit.fn()])
        expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok');
    },
  );
});
