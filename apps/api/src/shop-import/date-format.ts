/** Reads dates and times from text, by ISO 8601 or by a pattern such as `dd-MM-yyyy HH:mm`, into UTC. */
import { ImportMappingInvalid } from './errors.js';

interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  readonly offsetMinutes: number;
}

/** The moment in milliseconds since the epoch, or undefined when the text is not such a date. */
export type DateReader = (text: string) => number | undefined;

const isoDate =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** `2016-11-08`, `2016-11-08 14:30`, `2016-11-08T14:30:05.25+01:00`; without an offset the time is UTC. */
export function readIsoDate(text: string): number | undefined {
  const match = isoDate.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, offset] = match;
  return momentOf({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    millisecond: Math.trunc(Number(`0.${fraction ?? 0}`) * 1000),
    offsetMinutes: offsetMinutesOf(offset),
  });
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const fullMonths = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

type Part = keyof DateParts | 'half';

interface Token {
  readonly part: Part;
  readonly pattern: string;
  readonly read: (text: string) => number;
}

/** A name that is none gives NaN, which no calendar has. */
const ordinal = (names: readonly string[]) => (text: string) => {
  const index = names.indexOf(text.toLowerCase());
  return index < 0 ? NaN : index + 1;
};
const number = (part: Part, pattern: string): Token => ({ part, pattern, read: Number });

const tokens: Readonly<Record<string, Token>> = {
  yyyy: number('year', '\\d{4}'),
  // POSIX strptime: 69 to 99 are of the last century.
  yy: { part: 'year', pattern: '\\d{2}', read: (text) => Number(text) + (Number(text) >= 69 ? 1900 : 2000) },
  MMMM: { part: 'month', pattern: '[A-Za-z]+', read: ordinal(fullMonths) },
  MMM: { part: 'month', pattern: '[A-Za-z]{3}', read: ordinal(months) },
  MM: number('month', '\\d{2}'),
  M: number('month', '\\d{1,2}'),
  dd: number('day', '\\d{2}'),
  d: number('day', '\\d{1,2}'),
  HH: number('hour', '\\d{2}'),
  H: number('hour', '\\d{1,2}'),
  hh: number('hour', '\\d{2}'),
  h: number('hour', '\\d{1,2}'),
  mm: number('minute', '\\d{2}'),
  ss: number('second', '\\d{2}'),
  SSS: number('millisecond', '\\d{3}'),
  a: {
    part: 'half',
    pattern: '[AaPp]\\.?[Mm]\\.?',
    read: (text) => (text.toLowerCase().startsWith('p') ? 1 : 0),
  },
  XXX: { part: 'offsetMinutes', pattern: 'Z|[+-]\\d{2}:?\\d{2}', read: offsetMinutesOf },
};

/** Longest first, so that `MMM` is not read as `MM` and `M`; text between single quotes stands for itself. */
const patternPieces = new RegExp(
  `'([^']*)'|(${Object.keys(tokens)
    .toSorted((a, b) => b.length - a.length)
    .join('|')})|([A-Za-z]+)|([^A-Za-z']+)`,
  'g',
);

/**
 * Compiles a pattern of yyyy yy MMMM MMM MM M dd d HH H hh h a mm ss SSS XXX and other characters.
 * @example dateReader('dd-MM-yyyy')('08-04-1966')
 */
export function dateReader(pattern: string): DateReader {
  const parts: Token[] = [];
  let source = '';
  for (const [piece, quoted, token, letters] of pattern.matchAll(patternPieces)) {
    const known = token === undefined ? undefined : tokens[token];
    if (letters !== undefined)
      throw new ImportMappingInvalid(`Date format "${pattern}" has no meaning for "${letters}".`);
    if (known === undefined) {
      source += (quoted ?? piece).replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    } else {
      parts.push(known);
      source += `(${known.pattern})`;
    }
  }
  const missing = (['year', 'month', 'day'] as const).find(
    (part) => !parts.some((token) => token.part === part),
  );
  if (missing !== undefined) throw new ImportMappingInvalid(`Date format "${pattern}" lacks the ${missing}.`);
  const expression = new RegExp(`^${source}$`);
  return (text) => {
    const match = expression.exec(text);
    return match === null ? undefined : momentOf(partsOf(parts, match.slice(1)));
  };
}

function partsOf(parts: readonly Token[], texts: readonly string[]): DateParts {
  const values = {
    year: 0,
    month: 0,
    day: 0,
    hour: 0,
    minute: 0,
    second: 0,
    millisecond: 0,
    offsetMinutes: 0,
    half: -1,
  };
  parts.forEach((token, index) => {
    values[token.part] = token.read(texts[index] ?? '');
  });
  const { half, ...date } = values;
  if (half < 0) return date;
  const validHour = date.hour >= 1 && date.hour <= 12;
  return { ...date, hour: validHour ? (date.hour % 12) + 12 * half : NaN };
}

function offsetMinutesOf(offset: string | undefined): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(offset ?? '');
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return match[1] === '-' ? -minutes : minutes;
}

/** Undefined for what no calendar has, such as 30 February or 25:00. */
function momentOf(parts: DateParts): number | undefined {
  const { year, month, day, hour, minute, second, millisecond } = parts;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // not Date.UTC, which takes the year 16 for 1916
  date.setUTCHours(hour, minute, second, millisecond);
  const kept =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  return kept && year > 0 ? date.getTime() - parts.offsetMinutes * 60_000 : undefined;
}
