/** People who run the shop follow alerts on a socket: the right ones, at once, and nobody else. */
import { once } from 'node:events';
import { appendToOutbox, Transactions } from '@app/platform';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { signInAs } from '../support/accounts.js';
import { patiently } from '../support/patiently.js';
import { startApp, type RunningApp } from '../support/start-app.js';

const adminToken = 'the-administrator-of-these-tests-0123456789';

let shop: RunningApp;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  shop = await startApp({ env: { ADMIN_TOKEN: adminToken } });
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});
afterAll(async () => shop.stop());

interface Message {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

class LiveClient {
  readonly received: Message[] = [];

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (frame: Buffer) => this.received.push(JSON.parse(frame.toString()) as Message));
  }

  static async open(authorization?: string, url = shop.url): Promise<LiveClient> {
    const headers = authorization === undefined ? {} : { authorization };
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/live`, { headers });
    sockets.push(socket);
    const client = new LiveClient(socket);
    await once(socket, 'open');
    return client;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  async next(event: string): Promise<Message['data']> {
    return vi.waitFor(() => {
      const at = this.received.findIndex((message) => message.event === event);
      if (at === -1) throw new Error(`no "${event}" among ${JSON.stringify(this.received)}`);
      return this.received.splice(at, 1)[0]?.data ?? {};
    }, patiently);
  }

  async closed(): Promise<number> {
    const [code] = (await once(this.socket, 'close')) as [number];
    return code;
  }
}

async function changeAlert(name: string): Promise<void> {
  const event = {
    topic: 'alert.changed',
    aggregate: `alert:${name}`,
    payload: { alert: name, state: 'firing' },
  };
  await shop.app.get(Transactions).run((manager) => appendToOutbox(manager, event));
}

async function following(): Promise<LiveClient> {
  const client = await LiveClient.open(`Bearer ${adminToken}`);
  expect(await client.next('signed-in')).toEqual({ role: 'admin' });
  client.send({ event: 'follow', data: { topic: 'alerts' } });
  expect(await client.next('following')).toEqual({ topic: 'alerts' });
  return client;
}

describe('the live gateway', () => {
  test('says farewell when the server shuts down', async () => {
    const other = await startApp({ env: { ADMIN_TOKEN: adminToken } });
    const client = await LiveClient.open(`Bearer ${adminToken}`, other.url);
    await client.next('signed-in');
    const [code] = await Promise.all([client.closed(), other.stop()]);
    expect(code).toBe(1001);
  });

  test('tells everybody who follows the alerts of a change, once', async () => {
    const clients = await Promise.all([following(), following()]);
    await changeAlert('first');
    for (const client of clients)
      expect(await client.next('alerts')).toMatchObject({
        alert: 'first',
        state: 'firing',
        occurredAt: expect.any(String),
      });
    await changeAlert('second');
    for (const client of clients) {
      expect(await client.next('alerts')).toMatchObject({ alert: 'second' });
      expect(client.received).toEqual([]);
    }
  });

  test('tells nobody who has ceased to follow', async () => {
    const [leaving, staying] = [await following(), await following()];
    leaving.send({ event: 'unfollow', data: { topic: 'alerts' } });
    await leaving.next('unfollowed');
    await changeAlert('third');
    await staying.next('alerts');
    expect(leaving.received).toEqual([]);
  });

  test('lets browsers sign in by a message', async () => {
    const { accessToken = '' } = await signInAs(shop, 'staff');
    const client = await LiveClient.open();
    client.send({ event: 'follow', data: { topic: 'alerts' } });
    expect(await client.next('refused')).toMatchObject({ code: 'UNAUTHENTICATED' });
    client.send({ event: 'sign-in', data: { authorization: `Bearer ${accessToken}` } });
    expect(await client.next('signed-in')).toEqual({ role: 'staff' });
  });

  test('lets no customer in', async () => {
    const { accessToken = '' } = await signInAs(shop, 'customer');
    const client = await LiveClient.open(`Bearer ${accessToken}`);
    expect(await client.next('refused')).toMatchObject({ code: 'FORBIDDEN' });
    client.send({ event: 'follow', data: { topic: 'alerts' } });
    expect(await client.next('refused')).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test.each([
    ['text', 'NOT_A_MESSAGE'],
    ['null', 'NOT_A_MESSAGE'],
    [{ event: 'dance' }, 'UNKNOWN_EVENT'],
    [{ event: 'sign-in' }, 'BAD_USER_INPUT'],
    [{ event: 'sign-in', data: { authorization: 'Bearer nonsense' } }, 'UNAUTHENTICATED'],
    [{ event: 'follow', data: { topic: 'weather' } }, 'BAD_USER_INPUT'],
  ])('answers %j with %s', async (message, code) => {
    const client = await LiveClient.open(`Bearer ${adminToken}`);
    await client.next('signed-in');
    client.send(message);
    expect(await client.next('refused')).toMatchObject({ code });
  });

  test('closes the socket of whoever sends more than a message', async () => {
    const client = await LiveClient.open();
    client.send('x'.repeat(20_000));
    expect(await client.closed()).toBe(1009);
  });

  test('is an ordinary address for whoever wants no socket', async () => {
    expect((await fetch(`${shop.url}/live`)).status).toBe(404);
  });
});
