/** Brings the numbers of one shop, such as `$1.234,50 ` or `20 %`, into plain decimals, `1234.50` and `0.2`. */
import { divide, formatDecimal, parseDecimal } from './decimal.js';

export interface NumberFormat {
  /** The separator of thousands; without it one makes the number a bad one, since `1,234` may mean two things. */
  readonly thousands?: string | undefined;
  /** @default "." */
  readonly decimal?: string | undefined;
  /** Texts that are taken out first, e.g. `["$", "USD"]`; blanks around what is left do not matter. */
  readonly strip?: readonly string[] | undefined;
  /** Divide by a hundred, for shops that write a discount of 0.2 as 20. @default false */
  readonly percent?: boolean | undefined;
}

/** The plain decimal, or undefined when the text is no number of this shop. */
export type NumberReader = (text: string) => string | undefined;

const hundred = { digits: 100n, scale: 0 };

export function numberReader(format: NumberFormat): NumberReader {
  const { thousands, decimal = '.', strip = [], percent = false } = format;
  return (text) => {
    const bare = strip.reduce((rest, noise) => rest.replaceAll(noise, ''), text).trim();
    const [whole = '', ...fractions] = bare.split(decimal);
    if (fractions.length > 1) return undefined;
    const digits = thousands === undefined ? whole : withoutThousands(whole, thousands);
    if (digits === undefined || !/^[+-]?\d*$/.test(digits)) return undefined;
    const value = parseDecimal([digits, ...fractions].join('.'));
    if (value === undefined) return undefined;
    return formatDecimal(percent ? divide(value, hundred, value.scale + 2) : value);
  };
}

/** Separators must stand between digits, three of them at the end, so that `1,5` is not taken for 15. */
function withoutThousands(whole: string, separator: string): string | undefined {
  const groups = whole.split(separator);
  const wellFormed = groups.every((group, index) =>
    index === 0
      ? /^[+-]?\d+$/.test(group)
      : index === groups.length - 1
        ? /^\d{3}$/.test(group)
        : /^\d{2,3}$/.test(group),
  );
  if (groups.length === 1) return whole;
  return wellFormed ? groups.join('') : undefined;
}
