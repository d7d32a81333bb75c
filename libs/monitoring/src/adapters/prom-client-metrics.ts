/** Metrics that engineers keep with prom-client, as `makeCounterProvider` gives them: they stand on the same page. */
import { register, type MetricValue, type MetricValueWithName } from 'prom-client';
import {
  counterSampleName,
  familyLines,
  labelText,
  sampleLine,
  type ExpositionFormat,
} from '../core/metrics/exposition.js';
import type { ForeignMetrics } from '../core/metrics/metrics-page.js';

function nameOfSample(
  sample: MetricValue<string> | MetricValueWithName<string>,
  metric: { readonly name: string; readonly type: string },
  format: ExpositionFormat,
): string {
  if ('metricName' in sample && sample.metricName !== undefined) return sample.metricName;
  return metric.type === 'counter' ? counterSampleName(metric.name, format) : metric.name;
}

/** The process-wide registry is where nestjs-prometheus puts them; it is read and never written. */
export class PromClientMetrics implements ForeignMetrics {
  names(): readonly string[] {
    return register.getMetricsAsArray().map(({ name }) => name);
  }

  async textOf(name: string, format: ExpositionFormat): Promise<string> {
    const metric = await register.getSingleMetric(name)?.get();
    if (metric === undefined || metric.values.length === 0) return '';
    const type = String(metric.type);
    const lines = metric.values.map((sample) => {
      const labels = labelText(Object.keys(sample.labels), Object.values(sample.labels));
      return sampleLine(nameOfSample(sample, { name, type }, format), labels, sample.value);
    });
    return familyLines({ name, help: metric.help, type }, format) + lines.join('');
  }
}
