import { describe, expect, it } from 'vitest';
import { MetricRegistry } from './metric-registry.js';
import { MetricsPage, mostPageBytes } from './metrics-page.js';

const noForeign = { names: () => [], textOf: async () => '' };

describe(MetricsPage.name, () => {
  it('leaves a metric out rather than become too large, and says so the next time', async () => {
    const registry = new MetricRegistry();
    const page = new MetricsPage(registry, noForeign);
    const wide = { name: 'wide', help: 'W.', labelNames: ['a', 'b', 'c', 'd', 'e'] };
    for (let at = 0; at < 2_000; at += 1)
      registry
        .gauge(wide)
        .set(1, ...Array.from({ length: 5 }, (_, label) => `${at} ${label}`.padEnd(120, 'ü')));
    registry.gauge({ name: 'narrow', help: 'N.' }).set(1);
    const text = await page.write('prometheus');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(mostPageBytes);
    expect(text).not.toContain('wide');
    expect(text).toContain('\nnarrow 1\n');
    expect(await page.write('prometheus')).toContain('monitoring_metrics_left_out_total{metric="wide"} 1\n');
  });

  it('is written once for all who ask meanwhile', async () => {
    const registry = new MetricRegistry();
    let readings = 0;
    registry.beforeSnapshot(() => void (readings += 1));
    const page = new MetricsPage(registry, noForeign);
    await Promise.all([page.write('prometheus'), page.write('prometheus'), page.write('prometheus')]);
    expect(readings).toBe(1);
  });

  it('shows metrics of others after its own, without those that have the same name or cannot be read', async () => {
    const registry = new MetricRegistry();
    registry.gauge({ name: 'shared', help: 'S.' }).set(1);
    const foreign = {
      names: () => ['shared', 'broken', 'theirs'],
      textOf: async (name: string) => {
        if (name === 'broken') throw new Error('cannot be read');
        return `${name} 2\n`;
      },
    };
    const text = await new MetricsPage(registry, foreign).write('openmetrics');
    expect(text).toBe('# HELP shared S.\n# TYPE shared gauge\nshared 1\ntheirs 2\n# EOF\n');
  });
});
