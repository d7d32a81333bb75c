import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MetricRegistry } from '../metrics/metric-registry.js';
import { MetricChanges } from './metric-changes.js';
import { statsdMessage, statsdTags } from './statsd-line.js';

function watched() {
  const registry = new MetricRegistry();
  const changes = new MetricChanges();
  return { registry, lines: () => [...changes.since(registry.metrics(), true)].map(statsdMessage) };
}

describe(MetricChanges.name, () => {
  it('tells what was added to a counter since the last time, and nothing where nothing was', () => {
    const { registry, lines } = watched();
    const counter = registry.counter({ name: 'a_total', help: 'A.' });
    counter.add(5);
    expect(lines()).toEqual(['a_total:5|c']);
    expect(lines()).toEqual([]);
    counter.add(2);
    expect(lines()).toEqual(['a_total:2|c']);
  });

  it('tells each time how gauges stand that are numbers', () => {
    const { registry, lines } = watched();
    registry.gauge({ name: 'g', help: 'G.' }).set(3);
    registry.gauge({ name: 'h', help: 'H.' }).set(Infinity);
    expect([lines(), lines()]).toEqual([['g:3|g'], ['g:3|g']]);
  });

  it('tells the exact mean where all values fell into one bucket', () => {
    const { registry, lines } = watched();
    const histogram = registry.histogram({ name: 'h_seconds', help: 'H.' }, [1, 2]);
    histogram.record(1.25);
    histogram.record(1.75);
    expect(lines()).toEqual(['h_seconds:1.5|d|@0.5']);
  });

  it('tells one value for each bucket otherwise, as often as values fell into it', () => {
    const { registry, lines } = watched();
    const histogram = registry.histogram({ name: 'h_seconds', help: 'H.' }, [1, 2]);
    for (const value of [0.2, 1.1, 1.2, 7]) histogram.record(value);
    expect(lines()).toEqual(['h_seconds:0.5|d', 'h_seconds:1.5|d|@0.5', 'h_seconds:2|d']);
  });

  it('puts nothing into a tag that would end it', () => {
    const { registry } = watched();
    registry.counter({ name: 'a_total', help: 'A.', labelNames: ['l'] }).add(1, 'a,b|c#d\ne');
    const [change] = new MetricChanges().since(registry.metrics(), true);
    expect(change === undefined ? [] : statsdTags(change)).toEqual(['l:a_b_c_d_e']);
  });

  it('loses nothing and tells nothing twice, whenever one looks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(3), fc.float({ min: 0, max: 5, noNaN: true }), fc.boolean())),
        (steps) => {
          const registry = new MetricRegistry();
          const histogram = registry.histogram({ name: 'h', help: 'H.', labelNames: ['l'] }, [1, 2]);
          const changes = new MetricChanges();
          let told = 0;
          const look = () => {
            for (const { times } of changes.since(registry.metrics(), true)) told += times;
          };
          for (const [label, value, isLook] of steps) {
            histogram.record(value, String(label));
            if (isLook) look();
          }
          look();
          expect(told).toBe(steps.length);
        },
      ),
    );
  });
});
