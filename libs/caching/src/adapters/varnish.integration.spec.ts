import { request, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startKeyedOrigin, type KeyedOrigin, type OriginAnswer } from '../testing/keyed-origin.js';
import { requireVarnish, startVarnish, type Varnish } from '../testing/varnish.js';
import { VarnishPurger } from './purge-varnish.js';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly localAddress?: string;
}

class Gate {
  open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => (this.open = resolve));
}

const availability = await requireVarnish();
const reason = availability.kind === 'missing' ? ` (skipped: ${availability.reason})` : '';

describe.skipIf(availability.kind === 'missing')(`Varnish before the API${reason}`, () => {
  let origin: KeyedOrigin;
  let varnish: Varnish;
  let counter = 0;
  let path: string;

  beforeAll(async () => {
    origin = await startKeyedOrigin();
    varnish = await startVarnish(origin.port);
  });
  afterAll(async () => {
    await varnish?.close();
    await origin?.close();
  });
  beforeEach(() => {
    path = `/graphql?id=${(counter += 1)}`;
  });

  function answer(what: Partial<OriginAnswer>, where = path): OriginAnswer {
    const whole = { body: '{"data":1}', tags: [`tag-of-${where}`], ...what };
    origin.answers.set(where, whole);
    return whole;
  }

  async function get(where = path, { method = 'GET', ...ask }: Ask = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(new URL(where, varnish.url), { method, ...ask }, (response) => {
        buffer(response).then(
          (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          reject,
        );
      });
      sent.on('error', reject).end();
    });
  }

  const purge = async (tags: readonly string[], isSoft = false): Promise<void> => {
    const transport = { fetch, timeoutMs: 10_000 };
    await new VarnishPurger({ urls: [varnish.url.href], isSoft }, transport).purge(tags);
  };
  const servedFor = (where = path): string[] => origin.served.filter((line) => line.includes(` ${where} `));

  it('asks the API once, and answers every later request itself', async () => {
    answer({});
    const first = await get();
    const second = await get();
    expect(first.headers['cache-status']).toBe(
      'swiftlet; fwd=uri-miss; detail=never-stored, varnish; fwd=miss; stored',
    );
    expect(second.headers['cache-status']).toContain('varnish; hit');
    expect(second.body.toString()).toBe('{"data":1}');
    expect(servedFor()).toHaveLength(1);
  });

  it('keeps what is between it and the API from clients, who must ask each time', async () => {
    answer({});
    const { headers } = await get();
    expect(headers).toMatchObject({ 'cache-control': 'no-cache', vary: 'Accept-Encoding' });
    for (const name of ['xkey', 'cdn-cache-control', 'surrogate-control', 'via', 'x-lifetime']) {
      expect(headers).not.toHaveProperty(name);
    }
  });

  it('tells a client that has the answer so, without asking the API', async () => {
    answer({});
    const { headers } = await get();
    const again = await get(path, { headers: { 'if-none-match': headers.etag ?? '' } });
    expect(again).toMatchObject({ status: 304, body: Buffer.alloc(0), headers: { etag: headers.etag } });
    expect(servedFor()).toHaveLength(1);
  });

  it('fetches no body again that has only grown old', async () => {
    answer({});
    await get();
    await purge([`tag-of-${path}`], true);
    const again = await get();
    expect(again).toMatchObject({ status: 200, body: Buffer.from('{"data":1}') });
    expect(servedFor()).toEqual([`GET ${path} 200`, `GET ${path} 304`]);
  });

  it('forgets exactly what carries the purged tag', async () => {
    const paths = [1, 2, 3].map((id) => `/graphql?product=${id}`);
    for (const [index, where] of paths.entries()) {
      answer({ tags: [`Product:${index + 1}`, 'list:Product'] }, where);
      await get(where);
    }
    answer({ body: '{"data":"new"}', tags: ['Product:2', 'list:Product'] }, paths[1]);
    await purge(['Product:2']);
    expect((await get(paths[1])).body.toString()).toBe('{"data":"new"}');
    for (const where of paths) expect((await get(where)).headers['cache-status']).toContain('varnish; hit');
    expect(paths.map((where) => servedFor(where).length)).toEqual([1, 2, 1]);
    await purge(['list:Product', 'Product:9']);
    for (const where of paths) await get(where);
    expect(paths.map((where) => servedFor(where).length)).toEqual([2, 3, 2]);
  });

  it('takes purges from the API and nobody else', async () => {
    answer({});
    await get();
    const headers = { 'xkey-purge': `tag-of-${path}` };
    const refused = await get('/', { method: 'PURGE', headers, localAddress: '127.0.0.2' });
    expect(refused.status).toBe(403);
    expect((await get()).headers['cache-status']).toContain('varnish; hit');
    expect((await get('/', { method: 'PURGE' })).status).toBe(400);
  });

  it.each<[string, Partial<OriginAnswer>]>([
    ['is private', { policy: { scope: 'private' } }],
    ['is for nobody', { policy: { scope: 'none' } }],
    ['has no tag to purge it by', { tags: [] }],
    ['sets a cookie', { headers: { 'Set-Cookie': 'a=b' } }],
    ['varies by who asks', { headers: { Vary: 'Accept-Encoding, Authorization' } }],
    ['says nothing to CDNs', { headers: { 'CDN-Cache-Control': '' } }],
  ])('never keeps what %s', async (_, what) => {
    answer(what);
    await get();
    const second = await get();
    expect(second.headers['cache-status']).toContain('varnish; fwd=bypass');
    expect(servedFor()).toHaveLength(2);
  });

  it.each([{ authorization: 'Bearer x' }, { cookie: 'session=1' }])(
    'neither keeps nor gives anything to those who say who they are: %j',
    async (headers) => {
      answer({});
      await get(path, { headers });
      await get();
      await get(path, { headers });
      expect(servedFor()).toHaveLength(3);
    },
  );

  it('passes on what changes things', async () => {
    answer({});
    await get(path, { method: 'POST' });
    await get(path, { method: 'POST' });
    expect(servedFor()).toEqual([`POST ${path} 200`, `POST ${path} 200`]);
  });

  it('keeps codings apart, each with its own tag, however browsers write what they accept', async () => {
    answer({});
    const ask = (accepted: string) => get(path, { headers: { 'accept-encoding': accepted } });
    const [br, gzip, plain] = [await ask('gzip, deflate, br'), await ask('gzip;q=0.8'), await get()];
    expect(brotliDecompressSync(br.body).toString()).toBe('{"data":1}');
    expect(gunzipSync(gzip.body).toString()).toBe('{"data":1}');
    expect(plain.body.toString()).toBe('{"data":1}');
    expect(new Set([br, gzip, plain].map(({ headers }) => headers.etag)).size).toBe(3);
    const others = [await ask('br;q=1.0,gzip'), await ask('br;q=0, x-gzip'), await ask('deflate')];
    expect(others.map(({ headers }) => headers.etag)).toEqual(
      [br, gzip, plain].map(({ headers }) => headers.etag),
    );
    expect(servedFor()).toHaveLength(3);
    await purge([`tag-of-${path}`]);
    await Promise.all([ask('br'), ask('gzip'), get()]);
    expect(servedFor()).toHaveLength(6);
  });

  it('counts the time that the API itself has kept an answer', async () => {
    answer({ policy: { ageMs: 300_000 } });
    await get();
    await get();
    expect(servedFor()).toEqual([`GET ${path} 200`, `GET ${path} 304`]);
  });

  it('keeps for good what is named by its content, and knows the older name of the header', async () => {
    const immutable = { 'CDN-Cache-Control': '', 'Cache-Control': 'public, max-age=31536000, immutable' };
    answer({ tags: [], headers: immutable });
    await get();
    await get();
    expect(servedFor()).toHaveLength(1);
    const older = { 'CDN-Cache-Control': '', 'Surrogate-Control': 'max-age=60' };
    answer({ headers: older }, '/older');
    await get('/older');
    await get('/older');
    expect(servedFor('/older')).toHaveLength(1);
  });

  it('stores an answer that was fetched before the purge, which is why there is a second one', async () => {
    const isRead = new Gate();
    const maySend = new Gate();
    answer({
      body: 'old',
      beforeSending: async () => {
        isRead.open();
        await maySend.opened;
      },
    });
    const slow = get();
    await isRead.opened;
    answer({ body: 'new' });
    await purge([`tag-of-${path}`]);
    maySend.open();
    await slow;
    expect((await get()).body.toString()).toBe('old');
    await purge([`tag-of-${path}`]);
    expect((await get()).body.toString()).toBe('new');
  });
});
