/** Whoever scrapes the application gets every figure of it, in the format asked for, and nobody else does where a token is set. */
import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { FinishedWorks } from '@app/monitoring';
import { Counter, register } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { finishedWork } from '../../libs/monitoring/src/testing/index.js';
import { requireProgram } from '../support/debian-package.js';
import { createSeededDatabase, dropDatabase } from '../support/database.js';
import { startApp, type RunningApp } from '../support/start-app.js';

const promtool = await requireProgram('promtool', ['prometheus']);

const token = 'scraper-token-of-32-characters-ok';
const prometheusAccepts =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

let databaseUrl: string;
let app: RunningApp;
let guarded: RunningApp;
beforeAll(async () => {
  databaseUrl = await createSeededDatabase();
  app = await startApp({ databaseUrl, env: { RATE_LIMIT_PER_MINUTE: '3' } });
  guarded = await startApp({ databaseUrl, env: { METRICS_TOKEN: token } });
});
afterAll(async () => {
  await app.stop();
  await guarded.stop();
  await dropDatabase(databaseUrl);
});

function scraped(url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/metrics`, { headers });
}

async function pageOf(url: string, headers: Record<string, string> = {}): Promise<string> {
  return (await scraped(url, headers)).text();
}

describe('/metrics', () => {
  it('is Prometheus’ text for who asks for nothing else, as often as one asks', async () => {
    for (let time = 0; time < 5; time += 1) {
      const answer = await scraped(app.url);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    }
    const page = await pageOf(app.url);
    expect(page).toMatch(/^# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total [\d.]+$/m);
    expect(page).toMatch(/^swiftlet_build_info\{release="[\w-]{16}",node_version="v\d+[\d.]+"\} 1$/m);
    expect(page).not.toContain('# EOF');
  });

  it('is OpenMetrics with exemplars for a Prometheus', async () => {
    app.app.get(FinishedWorks).finished(finishedWork({ name: 'Seen', traceId: 'a'.repeat(32) }));
    const answer = await scraped(app.url, { accept: prometheusAccepts });
    expect(answer.headers.get('content-type')).toBe(
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    );
    const page = await answer.text();
    expect(page).toMatch(/^# TYPE graphql_requests counter$/m);
    expect(page).toMatch(/^graphql_requests_total\{operation="Seen",type="query",outcome="ok"\} 1$/m);
    expect(page).toMatch(
      /^graphql_request_duration_seconds_bucket\{operation="Seen",le="0.025"\} 1 # \{trace_id="a{32}"\} 0.012 \d+\.\d{3}$/m,
    );
    expect(page.endsWith('# EOF\n')).toBe(true);
  });

  it('keeps two applications of one process apart', async () => {
    app.app.get(FinishedWorks).finished(finishedWork({ name: 'OnlyHere' }));
    expect(await pageOf(app.url)).toContain('operation="OnlyHere"');
    expect(await pageOf(guarded.url, { authorization: `Bearer ${token}` })).not.toContain('OnlyHere');
  });

  it('shows what engineers count with prom-client', async () => {
    const counter = new Counter({ name: 'shop_parcels_total', help: 'Parcels.', labelNames: ['to'] });
    try {
      counter.inc({ to: 'a "b"' }, 2);
      expect(await pageOf(app.url)).toContain('shop_parcels_total{to="a \\"b\\""} 2\n');
      expect(await pageOf(app.url, { accept: prometheusAccepts })).toContain(
        '# TYPE shop_parcels counter\nshop_parcels_total{to="a \\"b\\""} 2\n',
      );
    } finally {
      register.removeSingleMetric('shop_parcels_total');
    }
  });

  it.each([
    ['nothing', {}],
    ['another token', { authorization: 'Bearer another-token-of-32-characters-k' }],
  ])('refuses who brings %s where there is a token', async (_what, headers: Record<string, string>) => {
    const answer = await scraped(guarded.url, headers);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
  });

  it('lets in who brings the token', async () => {
    expect((await scraped(guarded.url, { authorization: `Bearer ${token}` })).status).toBe(200);
  });
});

describe.skipIf(promtool.kind === 'missing')(
  `promtool${promtool.kind === 'missing' ? ` (${promtool.reason})` : ''}`,
  () => {
    it('finds nothing wrong with what the application says of itself', async () => {
      await app.guest.ask('{ products(first: 1) { nodes { name } } }');
      const checking = execFile(promtool.kind === 'available' ? promtool.path : '', ['check', 'metrics']);
      checking.stdin?.end(await pageOf(app.url));
      let findings = '';
      for (const stream of [checking.stdout, checking.stderr])
        stream?.on('data', (part) => (findings += part));
      await once(checking, 'close');
      expect(findings).toBe('');
    });
  },
);

describe('figures and traces that are sent', () => {
  it('have all been sent when the application has ended', async () => {
    const datagrams: string[] = [];
    const traces: string[] = [];
    const statsd = createSocket('udp4', (message) => datagrams.push(message.toString()));
    statsd.bind(0, '127.0.0.1');
    const take = async (request: AsyncIterable<Buffer>) => void traces.push(await text(request));
    const collector = createServer((request, response) => {
      void take(request).finally(() => response.end('{}'));
    }).listen(0, '127.0.0.1');
    await Promise.all([once(statsd, 'listening'), once(collector, 'listening')]);
    const { port } = collector.address() as AddressInfo;
    const sending = await startApp({
      databaseUrl,
      env: {
        STATSD_URL: `udp://127.0.0.1:${statsd.address().port}`,
        OTLP_TRACES_URL: `http://127.0.0.1:${port}/v1/traces`,
        TRACE_SAMPLE_RATIO: '1',
      },
    });
    try {
      sending.app.get(FinishedWorks).finished(finishedWork({ name: 'LastOne' }));
    } finally {
      await sending.stop();
      collector.close();
    }
    await vi.waitFor(() =>
      expect(datagrams.join('\n')).toMatch(/^graphql_requests_total:1\|c\|#.*operation:LastOne,/m),
    );
    statsd.close();
    expect(traces.join('')).toContain('"stringValue":"LastOne"');
  });
});
