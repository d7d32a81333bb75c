/** Compares a row image's values with bounds; it answers only where the texts at hand cannot hide a difference. */
import { equalityValue, type OrderedType } from './row-read.js';

/** Decimal numbers of so many digits are told apart by their nearest doubles. */
export const exactDigits = 15;

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
  switch (type) {
    case 'integer':
    case 'text':
      return equalityValue(type, value);
    case 'timestamptz':
      return timestampValue(value);
    case 'decimal':
      return decimalText(typeof value === 'number' ? String(value) : value, exactDigits);
    case 'numeric':
      if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
      return decimalText(value, Infinity);
  }
}

function decimalText(value: unknown, mostDigits: number): string | undefined {
  if (typeof value !== 'string' || !/^-?\d{1,300}(?:\.\d+)?$/.test(value)) return undefined;
  return value.replaceAll(/\D/g, '').length <= mostDigits ? value : undefined;
}

function timestampValue(value: unknown): string | undefined {
  const ms = value instanceof Date ? value.getTime() : typeof value === 'string' ? epochMs(value) : undefined;
  return ms === undefined || Number.isNaN(ms) || Math.abs(ms) > 2.5e14 ? undefined : String(ms);
}

/**
 * Texts by code points, which is the order of their bytes in UTF-8. JavaScript compares units of UTF-16, in which what lies
 * beyond U+FFFF is written by surrogates and so comes before U+E000.
 */
function compareByCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (one === other) continue;
    const isSurrogate = one >= 0xd800 && one <= 0xdfff;
    const isOtherSurrogate = other >= 0xd800 && other <= 0xdfff;
    if (isSurrogate === isOtherSurrogate) return one - other;
    return isSurrogate ? 1 : -1;
  }
  return a.length - b.length;
}

/**
 * Negative, zero or positive. Undefined when it cannot be told: JSON rounds numbers and a Date cuts microseconds, so that
 * only integers, short decimals and texts that seem equal are equal; what is rounded alike keeps its order otherwise.
 */
export function compareOrdered(type: OrderedType, imageValue: unknown, bound: string): number | undefined {
  const value = orderedValue(type, imageValue);
  if (value === undefined) return undefined;
  if (type === 'integer') {
    const difference = BigInt(value) - BigInt(bound);
    return difference === 0n ? 0 : difference < 0n ? -1 : 1;
  }
  if (type === 'text') return compareByCodePoints(value, bound);
  const difference = Number(value) - Number(bound);
  if (difference === 0 && type === 'decimal') return 0;
  return difference === 0 || Number.isNaN(difference) ? undefined : difference;
}
