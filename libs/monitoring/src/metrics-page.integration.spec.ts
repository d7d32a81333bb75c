/** The page as those who read it see it: promtool, and a real Prometheus that scrapes it. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { requireProgram } from '../../../test/support/debian-package.js';
import { watchProcess } from './adapters/process-metrics.js';
import { EventLoopMetrics } from './adapters/event-loop-metrics.js';
import { contentTypes, formatFor } from './core/metrics/exposition.js';
import { MetricRegistry } from './core/metrics/metric-registry.js';
import { MetricsPage, mostPageBytes } from './core/metrics/metrics-page.js';
import { watchSeriesCounts } from './core/metrics/series-counts.js';
import { WorkMetrics } from './core/metrics/work-metrics.js';
import { finishedWork } from './testing/finished-work.js';
import { hostileWork } from './testing/hostile-work.js';

const promtool = await requireProgram('promtool', ['prometheus']);
const prometheus = await requireProgram('prometheus', ['prometheus']);

function monitored() {
  const registry = new MetricRegistry();
  watchProcess(registry, 'tested "release"');
  watchSeriesCounts(registry);
  const eventLoop = new EventLoopMetrics(registry);
  const works = new WorkMetrics(registry, { mostOperations: 500, mostDetailedOperations: 100 });
  const page = new MetricsPage(registry, { names: () => [], textOf: async () => '' });
  return { registry, works, page, eventLoop };
}

/** @returns what it finds fault with. */
async function findings(path: string, page: string): Promise<string> {
  const checking = execFile(path, ['check', 'metrics']);
  checking.stdin?.end(page);
  let text = '';
  for (const stream of [checking.stdout, checking.stderr]) stream?.on('data', (part) => (text += part));
  const [code] = (await once(checking, 'close')) as [number];
  return code === 0 ? text : `${text}exit code ${code}`;
}

function worksOfEveryKind(works: WorkMetrics): void {
  const statement = { sql: 'SELECT 1', values: [], rowCount: 3, startedAtMs: 0, endedAtMs: 2 };
  const resolver = {
    coordinate: 'Query.products',
    calls: 2,
    errors: 1,
    totalMs: 6,
    longestMs: 4,
    synchronousMs: 1,
  };
  const error = {
    errorClass: 'database',
    code: 'INTERNAL_SERVER_ERROR',
    coordinate: 'Query.products',
  } as const;
  for (const kind of ['operation', 'event', 'route', 'job'] as const)
    works.finished(
      finishedWork({
        kind,
        statements: [statement],
        resolvers: [resolver],
        errors: [error],
        outcome: 'failed',
        payloadBytes: 2_000,
      }),
    );
  works.finished(finishedWork({ name: '', client: { name: 'ünïcode\r\n"\\', version: '' } }));
}

describe.skipIf(promtool.kind === 'missing')(
  `promtool${promtool.kind === 'missing' ? ` (${promtool.reason})` : ''}`,
  () => {
    const { path = '' } = promtool.kind === 'available' ? promtool : {};

    it('finds nothing wrong with a page of every metric', async () => {
      const { works, page } = monitored();
      worksOfEveryKind(works);
      expect(await findings(path, await page.write('prometheus'))).toBe('');
    });

    it('finds nothing wrong with the page after ten thousand hostile names of twenty clients, which has at most 1 MiB', async () => {
      const { works, page, registry } = monitored();
      for (let client = 0; client < 20; client += 1)
        for (let name = 0; name < 10_000; name += 1)
          works.finished(hostileWork(name, client, client * 1_000 + name / 10));
      const text = await page.write('prometheus');
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(mostPageBytes);
      expect(Buffer.byteLength(await page.write('openmetrics'))).toBeLessThanOrEqual(mostPageBytes);
      expect(await findings(path, text)).toBe('');
      const requests = [...registry.counter({ name: 'graphql_requests_total', help: '' }).all()];
      expect(requests.reduce((sum, { value }) => sum + value, 0)).toBe(200_000);
      expect(text).not.toMatch(/monitoring_metrics_left_out_total\{/);
    });
  },
);

interface Scraped {
  readonly health: string;
  readonly lastError: string;
}

describe.skipIf(prometheus.kind === 'missing')(
  `Prometheus${prometheus.kind === 'missing' ? ` (${prometheus.reason})` : ''}`,
  () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const parts = monitored();
    let pages: Server;
    let server: ChildProcess;
    let folder: string;
    let api: string;

    async function asked<Answer>(path: string): Promise<Answer> {
      const answer = (await (await fetch(`${api}/api/v1/${path}`)).json()) as { data: Answer };
      return answer.data;
    }

    const value = async (query: string) =>
      (await asked<{ result: { value: [number, string] }[] }>(`query?query=${encodeURIComponent(query)}`))
        .result[0]?.value[1];

    /** @throws while Prometheus has not tried. */
    async function hasScraped(): Promise<void> {
      const { activeTargets } = await asked<{ activeTargets: Scraped[] }>('targets');
      if (!/^(?:up|down)$/.test(activeTargets[0]?.health ?? '')) throw new Error('not scraped yet');
    }

    async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const format = formatFor(request.headers.accept);
      response.setHeader('content-type', contentTypes[format]);
      response.end(await parts.page.write(format));
    }

    beforeAll(async () => {
      pages = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
      await once(pages, 'listening');
      const target = `127.0.0.1:${(pages.address() as AddressInfo).port}`;
      worksOfEveryKind(parts.works);
      for (let at = 0; at < 100; at += 1)
        parts.works.finished(
          finishedWork({ name: 'Checkout', traceId, split: { wallMs: at < 90 ? 20 : 400 } }),
        );
      folder = await mkdtemp(join(tmpdir(), 'swiftlet-prometheus-'));
      const configuration = join(folder, 'prometheus.yml');
      await writeFile(
        configuration,
        `global: {scrape_interval: 1s}\nscrape_configs: [{job_name: api, static_configs: [{targets: ['${target}']}]}]\n`,
      );
      const port = await freePort();
      api = `http://127.0.0.1:${port}`;
      server = spawn(
        prometheus.kind === 'available' ? prometheus.path : '',
        [
          `--config.file=${configuration}`,
          `--storage.tsdb.path=${join(folder, 'data')}`,
          `--web.listen-address=127.0.0.1:${port}`,
          '--enable-feature=exemplar-storage',
        ],
        { stdio: 'ignore' },
      );
      await vi.waitFor(hasScraped, { timeout: 30_000, interval: 100 });
    });
    afterAll(async () => {
      server.kill('SIGTERM');
      if (server.exitCode === null) await once(server, 'exit');
      pages.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('takes the page with exemplars', async () => {
      const { activeTargets } = await asked<{ activeTargets: Scraped[] }>('targets');
      expect(activeTargets).toMatchObject([{ health: 'up', lastError: '' }]);
      const now = Date.now() / 1_000;
      const exemplars = await asked<{ exemplars: { labels: { trace_id: string } }[] }[]>(
        `query_exemplars?query=graphql_request_duration_seconds_bucket&start=1600000000&end=${now + 60}`,
      );
      const ids = exemplars.flatMap((series) => series.exemplars.map(({ labels }) => labels.trace_id));
      expect(ids).toContain(traceId);
    });

    it('works out counts and quantiles from it', async () => {
      expect(await value('graphql_requests_total{operation="Checkout",outcome="ok"}')).toBe('100');
      const ofCheckout = 'graphql_request_duration_seconds_bucket{operation="Checkout"}';
      const quantile = Number(await value(`histogram_quantile(0.95, ${ofCheckout})`));
      expect(quantile).toBeGreaterThan(0.25);
      expect(quantile).toBeLessThanOrEqual(0.5);
      expect(await value('sum(graphql_request_time_seconds_total{operation="Checkout"})')).toMatch(/^5\.8/);
    });

    it('reads names whatever is in them', async () => {
      expect(
        await value(
          'count(graphql_client_requests_total{client_name=~"(?s)ünïcode.*",client_version="unknown"})',
        ),
      ).toBe('1');
    });
  },
);

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
