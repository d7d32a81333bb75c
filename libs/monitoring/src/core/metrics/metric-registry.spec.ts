import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MetricRegistry, mostSeriesOfMetric, overflowLabel } from './metric-registry.js';

const described = (name: string, ...labelNames: string[]) => ({ name, help: 'For tests.', labelNames });

describe(MetricRegistry.name, () => {
  it('gives the same metric for the same name, and refuses another kind under it', () => {
    const registry = new MetricRegistry();
    const counter = registry.counter(described('calls_total'));
    expect(registry.counter(described('calls_total'))).toBe(counter);
    expect(() => registry.gauge(described('calls_total'))).toThrow(TypeError);
  });

  it('counts apart what differs in any label, and adds through a held series to the same figure', async () => {
    const registry = new MetricRegistry();
    const counter = registry.counter(described('calls_total', 'from', 'to'));
    counter.add(1, 'a', 'bc');
    counter.add(2, 'ab', 'c');
    counter.series('a', 'bc').add(4);
    const [snapshot] = await registry.snapshot();
    expect(snapshot?.series).toEqual([
      { labels: ['a', 'bc'], value: 5 },
      { labels: ['ab', 'c'], value: 2 },
    ]);
  });

  it('shows a figure without labels from the start', async () => {
    const registry = new MetricRegistry();
    registry.counter(described('calls_total'));
    expect((await registry.snapshot())[0]?.series).toEqual([{ labels: [], value: 0 }]);
  });

  it('refuses another number of labels than the metric has', () => {
    const registry = new MetricRegistry();
    const one = registry.counter(described('one_total', 'a'));
    one.add(1, '');
    expect(() => one.add(1)).toThrow(RangeError);
    expect(() => one.add(1, 'x', 'y')).toThrow(RangeError);
    expect(() => registry.counter(described('none_total')).add(1, 'x')).toThrow(RangeError);
  });

  it('never lets a counter go down or become no number', () => {
    const counter = new MetricRegistry().counter(described('calls_total'));
    counter.add(3);
    counter.add(-1);
    counter.add(Number.NaN);
    expect(counter.series().value).toBe(3);
  });

  it('puts each value into the first bucket that holds it', async () => {
    const registry = new MetricRegistry();
    const histogram = registry.histogram(described('duration_seconds'), [1, 2]);
    for (const value of [0, 1, 1.5, 2, 3, Number.NaN]) histogram.record(value);
    expect((await registry.snapshot())[0]?.series).toEqual([
      { labels: [], value: 7.5, bucketCounts: [2, 2, 1] },
    ]);
  });

  it('keeps the last exemplar of each bucket', async () => {
    const registry = new MetricRegistry();
    const histogram = registry.histogram(described('duration_seconds'), [1]);
    for (const [traceId, value] of [
      ['a', 5],
      ['b', 6],
    ] as const)
      histogram.recordWithExemplar({ traceId, value, atUnixMs: 1 });
    expect((await registry.snapshot())[0]?.series[0]?.exemplars).toEqual([
      undefined,
      { traceId: 'b', value: 6, atUnixMs: 1 },
    ]);
  });

  it('asks for what is known only then, joins who asks meanwhile, and outlives one that fails', async () => {
    const registry = new MetricRegistry();
    const gauge = registry.gauge(described('depth'));
    let readings = 0;
    registry.beforeSnapshot(() => {
      throw new Error('not known');
    });
    const end = registry.beforeSnapshot(async () => gauge.set((readings += 1)));
    const [first, second] = await Promise.all([registry.snapshot(), registry.snapshot()]);
    expect([first[0]?.series[0]?.value, second[0]?.series[0]?.value]).toEqual([1, 1]);
    end();
    await registry.snapshot();
    expect(readings).toBe(1);
  });

  it('takes away what it is told to forget, whatever the other labels are', async () => {
    const registry = new MetricRegistry();
    const counter = registry.counter(described('calls_total', 'from', 'to'));
    for (const [from, to] of [
      ['a', 'x'],
      ['a', 'y'],
      ['b', 'x'],
    ] as const)
      counter.add(1, from, to);
    counter.forget({ from: 'a' });
    expect((await registry.snapshot())[0]?.series).toEqual([{ labels: ['b', 'x'], value: 1 }]);
    counter.add(1, 'a', 'x');
    expect(counter.series('a', 'x').value).toBe(1);
  });

  it('never has more series than it may, never two that are written alike, and loses no count', () => {
    const label = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.constantFrom('\uD800', '\uD801', 'x'.repeat(120), `${'x'.repeat(120)}y`, overflowLabel),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(label, label), { maxLength: 200 }), (calls) => {
        const counter = new MetricRegistry().counter({
          ...described('calls_total', 'a', 'b'),
          mostSeries: 20,
        });
        for (const labels of calls) counter.add(1, ...labels);
        const all = [...counter.all()];
        expect(all.length).toBeLessThanOrEqual(21);
        expect(new Set(all.map(({ labels }) => Buffer.from(labels.join('\0')).toString())).size).toBe(
          all.length,
        );
        expect(all.reduce((sum, { value }) => sum + value, 0)).toBe(calls.length);
      }),
    );
  });

  it('says how often something had no room', () => {
    const counter = new MetricRegistry().counter(described('calls_total', 'name'));
    for (let at = 0; at < mostSeriesOfMetric + 5; at += 1) counter.add(1, `name ${at}`);
    expect(counter.dropped).toBe(5);
    expect(counter.series(overflowLabel).value).toBe(5);
  });
});
