/** Compares a row image's values with bounds; it answers only where the texts at hand cannot hide a difference. */
import { equalityValue, type OrderedType } from './row-read.js';

/** As ISO style writes it, with a zone: `2026-01-01 10:00:00.5+00`, or with a T as in JSON. */
const timestamp =
  /^([1-9]\d{3})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:Z|([+-])(\d\d)(?::?(\d\d))?)$/;

/** Milliseconds since 1970, what is finer cut off; undefined for `infinity` and other spellings. */
function epochMs(text: string): number | undefined {
  const found = timestamp.exec(text);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', sign, zoneHours = '0', zoneMinutes = '0'] =
    found;
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const zoneMs = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return local + Number(fraction.slice(0, 3).padEnd(3, '0')) - zoneMs;
}

/** The text of a value to compare with; undefined when it cannot be told. */
export function orderedValue(type: OrderedType, value: unknown): string | undefined {
  if (type === 'integer') return equalityValue('integer', value);
  if (type === 'timestamptz') return timestampValue(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  return typeof value === 'string' && /^-?\d{1,300}(?:\.\d+)?$/.test(value) ? value : undefined;
}

function timestampValue(value: unknown): string | undefined {
  const ms = value instanceof Date ? value.getTime() : typeof value === 'string' ? epochMs(value) : undefined;
  return ms === undefined || Number.isNaN(ms) || Math.abs(ms) > 2.5e14 ? undefined : String(ms);
}

/**
 * Negative, zero or positive. Undefined when it cannot be told: JSON rounds numbers and a Date cuts microseconds, so that
 * only integers that seem equal are equal; what is rounded alike keeps its order otherwise.
 */
export function compareOrdered(type: OrderedType, imageValue: unknown, bound: string): number | undefined {
  const value = orderedValue(type, imageValue);
  if (value === undefined) return undefined;
  if (type === 'integer') {
    const difference = BigInt(value) - BigInt(bound);
    return difference === 0n ? 0 : difference < 0n ? -1 : 1;
  }
  const difference = Number(value) - Number(bound);
  return difference === 0 || Number.isNaN(difference) ? undefined : difference;
}
