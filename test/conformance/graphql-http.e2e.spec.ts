/** The GraphQL-over-HTTP specification, by the audits of its reference implementation, against the running application. */
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../support/start-app.js';

let app: RunningApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

/** What a browser's fetch cannot send without a preflight, so that CSRF prevention lets the audits' GETs in. */
async function fetchWithPreflight(url: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(String(url), {
    ...init,
    headers: { ...(init.headers as Record<string, string> | undefined), 'apollo-require-preflight': '1' },
  });
}

describe('the server audits of graphql-http', () => {
  const audits = serverAudits({ url: () => `${app.url}/graphql`, fetchFn: fetchWithPreflight });

  it('are 61', () => {
    expect(audits).toHaveLength(61);
  });

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    '%s %s',
    async (_id, _name, audit) => {
      const result = await audit.fn();
      expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok');
    },
  );
});
