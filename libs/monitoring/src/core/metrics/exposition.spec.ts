import { describe, expect, it } from 'vitest';
import { formatFor, metricSlices, type ExpositionFormat } from './exposition.js';
import { MetricRegistry } from './metric-registry.js';

async function pageOf(registry: MetricRegistry, format: ExpositionFormat): Promise<string> {
  const metrics = await registry.snapshot();
  return metrics.flatMap((metric) => [...metricSlices(metric, format)]).join('');
}

function histogramPage(exemplar: string): string {
  return (
    `# HELP h_seconds H.\n# TYPE h_seconds histogram\nh_seconds_bucket{le="0.5"} 1\nh_seconds_bucket{le="1"} 2${exemplar}\n` +
    'h_seconds_bucket{le="+Inf"} 3\nh_seconds_sum 3.85\nh_seconds_count 3\n'
  );
}

describe('the format of the metrics', () => {
  it.each([
    [undefined, 'prometheus'],
    ['*/*', 'prometheus'],
    ['text/plain', 'prometheus'],
    ['application/openmetrics-text', 'openmetrics'],
    ['application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1', 'openmetrics'],
    ['text/plain, application/openmetrics-text;q=0.5', 'prometheus'],
    ['application/openmetrics-text;q=0', 'prometheus'],
    ['application/openmetrics-textual', 'prometheus'],
  ] as const)('for "%s" is %s', (accept, format) => {
    expect(formatFor(accept)).toBe(format);
  });
});

describe('metrics as text', () => {
  it('escapes what is in labels and helps', async () => {
    const registry = new MetricRegistry();
    registry.counter({ name: 'a_total', help: 'One "line"\\\nmore', labelNames: ['l'] }).add(1, 'x"\\\ny');
    expect(await pageOf(registry, 'prometheus')).toBe(
      '# HELP a_total One "line"\\\\\\nmore\n# TYPE a_total counter\na_total{l="x\\"\\\\\\ny"} 1\n',
    );
    expect(await pageOf(registry, 'openmetrics')).toBe(
      '# HELP a One \\"line\\"\\\\\\nmore\n# TYPE a counter\na_total{l="x\\"\\\\\\ny"} 1\n',
    );
  });

  it('sums up buckets, and shows exemplars in OpenMetrics only', async () => {
    const registry = new MetricRegistry();
    const histogram = registry.histogram({ name: 'h_seconds', help: 'H.' }, [0.5, 1]);
    histogram.record(0.1);
    histogram.recordWithExemplar({ traceId: 'abc', value: 0.75, atUnixMs: 1_500 });
    histogram.record(3);
    expect(await pageOf(registry, 'prometheus')).toBe(histogramPage(''));
    expect(await pageOf(registry, 'openmetrics')).toBe(histogramPage(' # {trace_id="abc"} 0.75 1.500'));
  });

  it('gives every counter the suffix that OpenMetrics wants', async () => {
    const registry = new MetricRegistry();
    registry.counter({ name: 'calls', help: 'C.' });
    expect(await pageOf(registry, 'prometheus')).toBe('# HELP calls C.\n# TYPE calls counter\ncalls 0\n');
    expect(await pageOf(registry, 'openmetrics')).toBe(
      '# HELP calls C.\n# TYPE calls counter\ncalls_total 0\n',
    );
  });

  it('says nothing of a metric without series', async () => {
    const registry = new MetricRegistry();
    registry.gauge({ name: 'g', help: 'G.', labelNames: ['l'] });
    expect(await pageOf(registry, 'prometheus')).toBe('');
  });

  it('comes in slices, so that many series hold nobody up', async () => {
    const registry = new MetricRegistry();
    const gauge = registry.gauge({ name: 'g', help: 'G.', labelNames: ['l'] });
    for (let at = 0; at < 250; at += 1) gauge.set(at, String(at));
    const [metric] = await registry.snapshot();
    const slices = metric === undefined ? [] : [...metricSlices(metric, 'prometheus')];
    expect(slices.map((slice) => slice.split('\n').filter((line) => line.startsWith('g{')).length)).toEqual([
      100, 100, 50,
    ]);
  });
});
