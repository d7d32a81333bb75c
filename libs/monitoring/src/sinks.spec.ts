/** Sinks on real sockets: what they send arrives, whole and once, and what does not arrive is counted. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OtlpTraceSink } from './adapters/otlp-trace-sink.js';
import { StatsdSink } from './adapters/statsd-sink.js';
import { MetricRegistry } from './core/metrics/metric-registry.js';
import { sinkLosses } from './core/sinks/sink-losses.js';
import { FinishedWorks } from './core/work/finished-works.js';
import { finishedWork } from './testing/finished-work.js';

describe(StatsdSink.name, () => {
  let server: Socket;
  let datagrams: string[];
  beforeEach(async () => {
    datagrams = [];
    server = createSocket('udp4');
    server.on('message', (message) => datagrams.push(message.toString()));
    server.bind(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => server.close());

  function sinkOf(registry: MetricRegistry, port = server.address().port): StatsdSink {
    return new StatsdSink({ host: '127.0.0.1', port }, 'node-1', registry, sinkLosses(registry, 'statsd'));
  }

  it('sends counters, gauges and distributions with their labels as tags', async () => {
    const registry = new MetricRegistry();
    registry.counter({ name: 'a_total', help: 'A.', labelNames: ['l'] }).add(3, 'x');
    registry.gauge({ name: 'g', help: 'G.' }).set(7);
    registry.histogram({ name: 'h_seconds', help: 'H.' }, [1]).record(0.25);
    const sink = sinkOf(registry);
    await sink.flush();
    await vi.waitFor(() => expect(datagrams).not.toEqual([]));
    expect(datagrams.join('\n').split('\n')).toEqual([
      'a_total:3|c|#node:node-1,l:x',
      'g:7|g|#node:node-1',
      'h_seconds:0.25|d|#node:node-1',
    ]);
    await sink.close();
  });

  it('sends what is left when it is closed, in datagrams that pass any network', async () => {
    const registry = new MetricRegistry();
    const counter = registry.counter({ name: 'a_total', help: 'A.', labelNames: ['l'] });
    for (let at = 0; at < 300; at += 1) counter.add(1, `value ${at}`);
    const sink = sinkOf(registry);
    sink.start();
    await sink.close();
    await vi.waitFor(() => expect(datagrams.join('\n').split('\n')).toHaveLength(300));
    expect(Math.max(...datagrams.map((datagram) => datagram.length))).toBeLessThanOrEqual(1_432);
  });

  it('counts what cannot be sent and goes on', async () => {
    const registry = new MetricRegistry();
    const losses = sinkLosses(registry, 'statsd');
    // The operating system sends to nobody at once who has not said that he wants to.
    const host = '255.255.255.255';
    const sink = new StatsdSink({ host, port: 8_125 }, 'node-1', registry, losses);
    registry.counter({ name: 'a_total', help: 'A.' }).add(1);
    await sink.flush();
    await vi.waitFor(() => expect(losses.failures.value).toBeGreaterThan(0));
    await sink.close();
  });
});

interface SentSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
}

describe(OtlpTraceSink.name, () => {
  let collector: Server;
  let bodies: string[];
  let status: number;
  beforeEach(async () => {
    bodies = [];
    status = 200;
    const take = async (request: IncomingMessage) => void bodies.push(await text(request));
    collector = createServer((request, response) => {
      void take(request).finally(() => response.writeHead(status).end('{}'));
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
  });
  afterEach(() => collector.close());

  function traced(sampleRatio: number) {
    const registry = new MetricRegistry();
    const works = new FinishedWorks();
    const losses = sinkLosses(registry, 'otlp-traces');
    const { port } = collector.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/v1/traces`;
    const sink = new OtlpTraceSink({ url, sampleRatio, serviceName: 'shop' }, 'node-1', works, losses);
    sink.start();
    return { sink, works, losses };
  }

  function sentSpans(): SentSpan[] {
    return bodies.flatMap((body) => {
      const { resourceSpans } = JSON.parse(body) as {
        resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[];
      };
      return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
    });
  }

  it('sends the trace of the caller, whole, before it is closed', async () => {
    const { sink, works, losses } = traced(1);
    works.finished(finishedWork({ name: 'Products', parentSpanId: '00f067aa0ba902b7' }));
    await sink.close();
    const [root, ...phases] = sentSpans();
    expect(root).toMatchObject({
      name: 'query',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      parentSpanId: '00f067aa0ba902b7',
      kind: 2,
      startTimeUnixNano: '1700000000000000000',
    });
    expect(phases.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual(
      ['parse', 'validate', 'execute', 'serialise'].map((phase) => [`graphql.${phase}`, 'b7ad6b7169203331']),
    );
    expect(bodies.join('')).toContain('{"key":"service.name","value":{"stringValue":"shop"}}');
    expect(losses.failures.value).toBe(0);
  });

  it('sends nothing that is not sampled, and nothing after it is closed', async () => {
    const { sink, works } = traced(0);
    works.finished(finishedWork());
    await sink.close();
    works.finished(finishedWork({ outcome: 'failed' }));
    expect(bodies).toEqual([]);
  });

  it('counts a collector that refuses', async () => {
    status = 400;
    const { sink, works, losses } = traced(1);
    works.finished(finishedWork());
    await sink.close();
    expect(losses.failures.value).toBe(1);
  });

  it('counts what finds no room, and drops it whole', async () => {
    const { sink, works, losses } = traced(1);
    for (let at = 0; at < 1_000; at += 1) works.finished(finishedWork());
    await sink.close();
    const sent = sentSpans().length;
    expect(sent % 5).toBe(0);
    expect(losses.dropped.value).toBeGreaterThan(0);
    expect(sent + losses.dropped.value).toBe(5_000);
  });
});
