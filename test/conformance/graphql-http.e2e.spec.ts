/** The GraphQL-over-HTTP specification, by the audits of its reference implementation, and that the cache changes no answer. */
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisServer } from '../support/redis-server.js';
import { startApp, type RunningApp } from '../support/start-app.js';

interface Answer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
}

interface Audited {
  readonly verdict: string;
  readonly answers: readonly Answer[];
}

const ofEveryRequest = { 'apollo-require-preflight': '1', 'x-request-id': 'an-audit' };

/** The audits of one application, which keep what it has answered. */
class Auditor {
  readonly audits = serverAudits({
    url: () => `${this.appOf().url}/graphql`,
    fetchFn: (url: unknown, init?: RequestInit) => this.#fetch(String(url), init),
  });
  hits = 0;
  #answers: Answer[] = [];

  constructor(private readonly appOf: () => RunningApp) {}

  async run(at: number): Promise<Audited> {
    this.#answers = [];
    const result = await this.audits[at]?.fn();
    const verdict = result?.status === 'ok' ? 'ok' : `${result?.status}: ${result?.reason}`;
    return { verdict, answers: this.#answers };
  }

  /**
   * With what a browser's fetch cannot send without a preflight, so that CSRF prevention lets the audits' GETs in, and with one
   * request id for all, because errors name it.
   */
  async #fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...(init.headers as Record<string, string> | undefined), ...ofEveryRequest };
    const response = await fetch(url, { ...init, headers });
    const contentType = response.headers.get('content-type');
    this.#answers.push({ status: response.status, contentType, body: await response.clone().text() });
    if (response.headers.get('cache-status')?.includes('; hit') === true) this.hits += 1;
    return response;
  }
}

let redis: RedisServer;
let cached: RunningApp;
let uncached: RunningApp;

beforeAll(async () => {
  redis = await RedisServer.start();
  const start = (CACHE_ENABLED: string) => startApp({ env: { REDIS_URL: redis.url, CACHE_ENABLED } });
  [cached, uncached] = [await start('true'), await start('false')];
});
afterAll(async () => {
  await Promise.all([cached.stop(), uncached.stop()]);
  await redis.stop();
});

describe('the server audits of graphql-http', () => {
  const withCache = new Auditor(() => cached);
  const withoutCache = new Auditor(() => uncached);
  const audits = withCache.audits.map(({ id, name }, at) => ({ id, name, at }));

  it('are 61', () => {
    expect(audits).toHaveLength(61);
  });

  it.each(audits)('$id $name, with the same answer from the cache and without it', async ({ at }) => {
    const plain = await withoutCache.run(at);
    expect(plain.verdict).toBe('ok');
    expect(plain.answers).not.toEqual([]);
    expect(await withCache.run(at)).toEqual(plain);
    expect(await withCache.run(at)).toEqual(plain); // what can be kept lies ready now
  });

  it('have been answered from the cache where there was one, and nowhere else', () => {
    expect(withCache.hits).toBeGreaterThan(audits.length / 2);
    expect(withoutCache.hits).toBe(0);
  });
});
