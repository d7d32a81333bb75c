/** One change as a line of DogStatsD. */
import type { MetricChange } from './metric-changes.js';

const types = { count: 'c', gauge: 'g', distribution: 'd' } as const;

/** What separates parts of a line cannot stand in a tag. */
function tagText(text: string): string {
  return text.replaceAll(/[,|#\n\r]/g, '_');
}

/** @returns `name:value|type`, for a distribution with the share of values that is sent: the receiver counts each so many times. */
export function statsdMessage({ kind, name, value, times }: MetricChange): string {
  const rate = times > 1 ? `|@${1 / times}` : '';
  return `${name}:${value}|${types[kind]}${rate}`;
}

export function statsdTags({ labelNames, labels }: MetricChange): string[] {
  return labelNames.map((labelName, at) => `${labelName}:${tagText(labels[at] ?? '')}`);
}
