/** Health answers are true: the process says that it is not ready exactly when it cannot work. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSeededDatabase, dropDatabase } from '../support/database.js';
import { patiently } from '../support/patiently.js';
import { startApp, type RunningApp } from '../support/start-app.js';
import { Cable } from './http.cable.js';
import { send } from './http.requests.js';

interface Report {
  readonly status: string;
  readonly details: Readonly<Record<string, { readonly status: string; readonly mode?: string }>>;
}

async function health(app: RunningApp, path: string): Promise<{ status: number; report: Report }> {
  const answer = await send(app.url, { method: 'GET', path: `/health/${path}` });
  return { status: answer.status, report: JSON.parse(answer.text) as Report };
}

async function untilReady(app: RunningApp): Promise<void> {
  await vi.waitFor(async () => expect((await health(app, 'ready')).status).toBe(200), patiently);
}

let databaseUrl: string;
let toPostgres: Cable;
let toRedis: Cable;
let app: RunningApp;
beforeAll(async () => {
  databaseUrl = await createSeededDatabase();
  toPostgres = await Cable.to(databaseUrl);
  toRedis = await Cable.to(process.env['REDIS_URL'] ?? '');
  app = await startApp({ databaseUrl: toPostgres.url, env: { REDIS_URL: toRedis.url } });
});
afterAll(async () => {
  await app.stop();
  await toPostgres.remove();
  await toRedis.remove();
  await dropDatabase(databaseUrl);
});

describe('readiness', () => {
  it('names every dependency while all is well', async () => {
    const { status, report } = await health(app, 'ready');
    expect({ status, report }).toMatchObject({
      status: 200,
      report: {
        status: 'ok',
        details: { lifecycle: { status: 'up' }, postgres: { status: 'up' }, redis: { status: 'up' } },
      },
    });
  });

  it.each([
    ['postgres', 'redis', () => toPostgres],
    ['redis', 'postgres', () => toRedis],
  ])('turns to 503 while %s is away, and back', async (away, there, cableOf) => {
    const cable = cableOf();
    cable.cut();
    try {
      const { status, report } = await health(app, 'ready');
      expect({ status, report }).toMatchObject({
        status: 503,
        report: { status: 'error', details: { [away]: { status: 'down' }, [there]: { status: 'up' } } },
      });
      expect((await health(app, 'live')).status).toBe(200);
    } finally {
      cable.mend();
    }
    await untilReady(app);
  });

  it('says that a node without Redis is on its own', async () => {
    const alone = await startApp({ databaseUrl, env: { REDIS_URL: '' } });
    try {
      const { status, report } = await health(alone, 'ready');
      expect({ status, redis: report.details['redis'] }).toEqual({
        status: 200,
        redis: { status: 'up', mode: 'single node, memory only' },
      });
    } finally {
      await alone.stop();
    }
  });
});
