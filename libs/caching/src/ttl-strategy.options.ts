/** Checks the TTL strategies that an operator has written down; a wrong one stops the start and names itself. */
import { z } from 'zod';
import type { TtlStrategy } from './core/ttl-strategy.js';

const ms = z.number().min(0);
const ratio = z.number().min(0).max(1);

const modifiers = {
  staleWhileRevalidateMs: ms.exactOptional(),
  staleIfErrorMs: ms.exactOptional(),
  negativeTtlMs: ms.exactOptional(),
};

const weekday = z.union([
  z.literal(1),
  z.literal(2),
  z.literal(3),
  z.literal(4),
  z.literal(5),
  z.literal(6),
  z.literal(7),
]);

const schedule = z.strictObject({
  timeZone: z.string().refine(isTimeZone, 'is no IANA time zone, such as Europe/Berlin'),
  dailyAt: z.array(z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'is no time of day as HH:MM')).min(1),
  weekdays: z.array(weekday).min(1).exactOptional(),
});

export const ttlStrategySchema: z.ZodType<TtlStrategy> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fixed'), ttlMs: ms, ...modifiers }),
  z.strictObject({ kind: z.literal('sliding'), ttlMs: ms, maxAgeMs: ms, ...modifiers }),
  z.strictObject({ kind: z.literal('jittered'), ttlMs: ms, jitterRatio: ratio, ...modifiers }),
  z.strictObject({
    kind: z.literal('adaptive'),
    minMs: ms,
    maxMs: ms,
    changeRisk: ratio.exactOptional(),
    ...modifiers,
  }),
  z.strictObject({ kind: z.literal('event-driven'), maxAgeMs: ms, ...modifiers }),
  z.strictObject({ kind: z.literal('schedule-bound'), until: schedule, maxAgeMs: ms, ...modifiers }),
]);

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
