/** What can be followed live by people who run the shop: which events make it up, and who may see it. */
import type { DomainEvent } from '@app/platform';
import type { Viewer } from '../access/viewer.js';

export interface LiveTopic {
  readonly leastRole: Viewer['role'];
  /** Topics of domain events. */
  readonly events: readonly string[];
}

export const liveTopics: Readonly<Record<string, LiveTopic>> = {
  alerts: { leastRole: 'staff', events: ['alert.changed'] },
};

/** The frame that everybody who follows the topic gets. */
export function frameOf(topic: string, { payload, occurredAtMs }: DomainEvent): string {
  return JSON.stringify({
    event: topic,
    data: { ...payload, occurredAt: new Date(occurredAtMs).toISOString() },
  });
}
