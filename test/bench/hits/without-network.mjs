/**
 * What a hit costs in JavaScript alone: the servers get their requests from streams in memory, in turns of a few milliseconds,
 * and the fastest turns count, so that a busy machine hardly shows. `node test/bench/hits/without-network.mjs [NAME…]`
 */
import { fork } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { operation } from '../shop.mjs';

const connections = 8;
const warmUps = 30_000;
const turns = 1_000;
const requestsATurn = 200;
const processes = 3;
const usual = ['Fastify, constant bytes', 'Nest, constant bytes', 'Fastify, headers of a hit', 'Swiftlet'];

function requestTo(port) {
  const body = JSON.stringify(operation);
  const head = [
    'POST /graphql HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    'connection: keep-alive',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function answerBytes(head) {
  const [, bodyBytes] = /^HTTP\/1\.1 200 [^]*\r\ncontent-length: (\d+)/i.exec(head) ?? [];
  if (bodyBytes === undefined) throw new Error(`No answer: ${head}`);
  return head.indexOf('\r\n\r\n') + 4 + Number(bodyBytes);
}

/** A client that looks like a socket, and tells when it has been answered. */
class Client extends Duplex {
  remoteAddress = '127.0.0.1';
  #missingBytes = 0;

  constructor(request, onAnswered) {
    super({ decodeStrings: false });
    this.request = request;
    this.onAnswered = onAnswered;
  }

  setTimeout() {
    return this;
  }

  _read() {}

  _write(chunk, _encoding, done) {
    this.#take(chunk);
    done();
  }

  _writev(chunks, done) {
    for (const { chunk } of chunks) this.#take(chunk);
    done();
  }

  ask() {
    this.push(this.request);
  }

  #take(chunk) {
    if (chunk.length === 0) return;
    if (this.#missingBytes === 0) this.#missingBytes = answerBytes(String(chunk));
    this.#missingBytes -= chunk.length;
    if (this.#missingBytes === 0) setImmediate(() => this.onAnswered(this));
  }
}

/** The server that a contender has begun to listen with. */
async function serverOf(name) {
  const { contenders } = await import('./contenders.mjs');
  const started = [];
  subscribe('tracing:net.server.listen:asyncStart', ({ server }) => started.push(server));
  const port = await contenders[name]();
  return { port, server: started.find((server) => server.address()?.port === port) };
}

async function measure(name) {
  const { port, server } = await serverOf(name);
  let [left, underWay, onDone] = [0, 0, () => {}];
  const ask = (client) => {
    left -= 1;
    underWay += 1;
    client.ask();
  };
  const onAnswered = (client) => {
    underWay -= 1;
    if (left > 0) ask(client);
    else if (underWay === 0) onDone();
  };
  const clients = Array.from({ length: connections }, () => new Client(requestTo(port), onAnswered));
  for (const client of clients) server.emit('connection', client);
  const turnOf = (requests) =>
    new Promise((resolve) => {
      [left, onDone] = [requests, resolve];
      for (const client of clients) ask(client);
    });
  await turnOf(warmUps);
  const costs = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const startMs = performance.now();
    await turnOf(requestsATurn);
    costs.push(((performance.now() - startMs) * 1_000) / requestsATurn);
  }
  return costs.toSorted((one, other) => one - other)[turns / 20];
}

if (process.send === undefined) {
  const names = process.argv.length > 2 ? process.argv.slice(2) : usual;
  const costs = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < processes; round += 1)
    for (const name of names) {
      const child = fork(import.meta.filename, [name], { env: { ...process.env, NODE_ENV: 'production' } });
      const [cost] = await once(child, 'message');
      costs.get(name).push(cost);
    }
  process.stdout.write('| server | µs a request, 5th percentile of the turns, by process |\n|---|---|\n');
  for (const [name, of] of costs)
    process.stdout.write(`| ${name} | ${of.map((cost) => cost.toFixed(1)).join(', ')} |\n`);
} else {
  process.send(await measure(process.argv[2]), () => process.exit());
}
