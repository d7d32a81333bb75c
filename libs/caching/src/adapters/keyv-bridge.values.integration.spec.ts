/** Values come back as Keyv's serializer defines them: the package in between, which revives certain texts, changes none. */
import { redisInsStore } from 'cache-manager-ioredis-yet';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { Keyv } from 'keyv';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { RedisServer, type SentCommands } from '../../../../test/support/redis-server.js';
import { BridgeNodes, forbiddenCommands } from '../testing/bridge.js';

let server: RedisServer;
let redis: Redis;
let sent: SentCommands;
let nodes: BridgeNodes;
let keyv: Keyv;
/** Keyv's own behaviour, without Redis. */
const reference = new Keyv();

beforeAll(async () => {
  server = await RedisServer.start();
  redis = new Redis(server.url);
  sent = await server.watch();
  nodes = new BridgeNodes(redis);
  keyv = await nodes.keyv();
});
afterAll(async () => {
  nodes.close();
  sent.close();
  redis.disconnect();
  await server.stop();
});

const magic = [
  '_function_foo|()=>1',
  '_function_',
  '_date_x',
  '_date_2020-01-01T00:00:00.000Z',
  '2020-01-01T00:00:00.000Z',
  '_symbol_x',
  '_gsymbol_x',
  '_undefined_',
  '_Infinity_',
  '_-Infinity_',
  '_NaN_',
  '_bigint_1',
  '_bigint_x',
  '_regexp_g|a',
  '_regexp_zz|(',
  '_duplicate_["v"]',
  '_duplicate_[]',
  '_duplicate_a.b',
  ':',
  ':base64:AAAA',
  ':base64:?',
  '::',
  '\ud800',
  '\udfff\ud800',
  '\u0000',
  '__proto__',
];
const magicObjects = [
  { '_constructor-name_': 'Object' },
  { '_constructor-name_': 'Evil', a: 1 },
  { __isConvertedError__: true, errorProperties: { message: 'x' } },
  { value: 1, expires: 1 },
  { v: '_undefined_' },
];

async function roundTrip(store: Keyv, value: unknown): Promise<unknown> {
  expect(await store.set('key', value)).toBe(true);
  return store.get('key');
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)) }), // lone surrogates as well
  fc.constantFrom(...magic),
  fc.tuple(fc.constantFrom(...magic), fc.string()).map(([head, tail]) => head + tail),
  fc.string().map((text) => `_${text}`),
  fc.string().map((text) => `:${text}`),
);
const anyValue = fc.letrec((tie) => ({
  leaf: fc.oneof(
    anyText,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(null, undefined, Number.NaN, Number.POSITIVE_INFINITY, -0),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(...magicObjects),
  ),
  node: fc.oneof(
    { depthSize: 'small' },
    tie('leaf'),
    fc.array(tie('node'), { maxLength: 5 }),
    fc.dictionary(
      anyText.filter((key) => key !== '__proto__'),
      tie('node'),
      { maxKeys: 5 },
    ),
  ),
})).node;

describe('values', () => {
  it.each(magic)('keeps the text %j', async (text) => {
    expect(await roundTrip(keyv, text)).toBe(await roundTrip(reference, text));
    expect(await roundTrip(keyv, [{ text }])).toEqual(await roundTrip(reference, [{ text }]));
    if (!text.startsWith(':base64:')) expect(await roundTrip(keyv, text)).toBe(text);
  });

  it('keeps any text', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        expect(await roundTrip(keyv, text)).toBe(await roundTrip(reference, text));
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });

  it('keeps any value as Keyv itself keeps it, one by one and in batches', async () => {
    await fc.assert(
      fc.asyncProperty(anyValue, async (value) => {
        const expected = await roundTrip(reference, value);
        expect(await roundTrip(keyv, value)).toStrictEqual(expected);
        await keyv.setMany([{ key: 'batch', value }]);
        expect(await keyv.getMany(['batch'])).toStrictEqual([expected]);
      }),
      { numRuns: 2_000, seed: 2 },
    );
  });

  it('carries over any serialised text that a serializer of the caller’s makes', async () => {
    const bridge = await nodes.bridge();
    await fc.assert(
      fc.asyncProperty(anyText, async (serialised) => {
        await bridge.set('raw', serialised);
        expect(await bridge.get('raw')).toBe(serialised);
      }),
      { numRuns: 2_000, seed: 3 },
    );
  });

  it('keeps 8 MB', async () => {
    // A server that nobody watches: MONITOR would carry it a second time, escaped once more.
    const unwatched = await RedisServer.start();
    const shared = new Redis(unwatched.url);
    const ownNodes = new BridgeNodes(shared);
    onTestFinished(async () => {
      ownNodes.close();
      shared.disconnect();
      await unwatched.stop();
    });
    const patient = new Keyv({ store: await ownNodes.bridge(20_000), useKeyPrefix: false });
    const large = '_"\\\u2028é'.repeat(1_000_000);
    const text = await roundTrip(patient, large);
    expect(text === large, `${String(text).length} of ${large.length} characters`).toBe(true);
  });

  it('would be changed by the package without the frame', async () => {
    const bare = redisInsStore(redis) as unknown as {
      get(key: string): Promise<unknown>;
      set(key: string, value: unknown): Promise<void>;
    };
    await bare.set('bare', '_function_foo|()=>1');
    expect(await bare.get('bare')).toBeTypeOf('function');
    await bare.set('bare', '_date_x');
    expect(await bare.get('bare')).toBeInstanceOf(Date);
  });
});

// The last test: it looks back upon all the others.
describe('throughout', () => {
  it('no command was sent that looks through a whole database or empties it', async () => {
    const names = await sent.names();
    expect(names).toContain('SET');
    expect(forbiddenCommands.filter((name) => names.has(name))).toEqual([]);
  });
});
