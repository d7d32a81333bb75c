/** A process that is told to end answers what it has begun, takes nothing new, and leaves. */
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { ApiProcess } from '../support/api-process.js';
import { createSeededDatabase, dropDatabase } from '../support/database.js';
import { patiently } from '../support/patiently.js';
import { codeOf, postJson, send, type RawAnswer } from './http.requests.js';
import { Stranger } from './limits.stranger.js';

const slowQuery = { query: '{ products(first: 1) { nodes { stock } } }' };

let databaseUrl: string;
let stranger: Stranger;
let api: ApiProcess;

beforeEach(async () => {
  databaseUrl = await createSeededDatabase();
  stranger = await Stranger.in(databaseUrl);
});
afterEach(async () => {
  await api.end('SIGKILL');
  await stranger.leave();
  await dropDatabase(databaseUrl);
});

async function startApi(env: Readonly<Record<string, string>>): Promise<void> {
  const redisUrl = process.env['REDIS_URL'];
  api = await ApiProcess.create({
    DATABASE_URL: databaseUrl,
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    ...env,
  });
  await api.start();
}

async function underWay(): Promise<{ answer: Promise<RawAnswer>; finish: () => Promise<void> }> {
  await stranger.holdStock();
  const answer = postJson(api.url, slowQuery);
  await stranger.untilWaiting(1);
  return { answer, finish: () => stranger.release() };
}

const readiness = () => send(api.url, { method: 'GET', path: '/health/ready' });

async function untilDraining(): Promise<void> {
  await vi.waitFor(async () => expect((await readiness()).status).toBe(503), patiently);
}

describe.each(['SIGTERM', 'SIGINT'] as const)('on %s', (signal) => {
  it('the request under way is answered, new ones are refused, readiness is 503, and the exit code is 0', async () => {
    await startApi({ REQUEST_TIMEOUT_MS: '60000', DRAIN_TIMEOUT_MS: '60000' });
    const { answer, finish } = await underWay();
    const ended = api.end(signal);
    await untilDraining();

    const refused = await postJson(api.url, { query: '{ __typename }' });
    expect({ status: refused.status, code: codeOf(refused) }).toEqual({ status: 503, code: 'SHUTTING_DOWN' });
    expect(refused.headers).toMatchObject({ connection: 'close', 'retry-after': '1' });
    const report = JSON.parse((await readiness()).text) as { details: object };
    expect(report.details).toMatchObject({ lifecycle: { status: 'down' }, postgres: { status: 'up' } });
    expect((await send(api.url, { method: 'GET', path: '/health/live' })).status).toBe(200);

    await finish();
    expect((await answer).status).toBe(200);
    expect(await ended).toBe(0);
    await expect(readiness()).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('with nothing under way', () => {
  it('the process ends at once, kept-alive connections notwithstanding', async () => {
    await startApi({ DRAIN_TIMEOUT_MS: '60000' });
    // `fetch` keeps its connection for the next request.
    await (await fetch(`${api.url}/health/live`)).text();
    const startedMs = performance.now();
    expect(await api.end('SIGTERM')).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});

describe('with sockets open', () => {
  it('their clients are told to go elsewhere', async () => {
    await startApi({ DRAIN_TIMEOUT_MS: '60000' });
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    const closed = once(socket, 'close');
    expect(await api.end('SIGTERM')).toBe(0);
    expect((await closed)[0]).toBe(1001);
  });
});

describe('a request that takes longer than the drain may', () => {
  it('is cut off, and the exit code says so', async () => {
    await startApi({ REQUEST_TIMEOUT_MS: '60000', DRAIN_TIMEOUT_MS: '300' });
    const { answer } = await underWay();
    const [cut, code] = await Promise.allSettled([answer, api.end('SIGTERM')]);
    expect(code).toEqual({ status: 'fulfilled', value: 1 });
    expect(cut).toMatchObject({ status: 'rejected', reason: { code: 'ECONNRESET' } });
  });
});
