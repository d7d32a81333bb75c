/** Exact decimal arithmetic on whole numbers: money never goes through a binary fraction. */

/** The value `digits / 10 ** scale`. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

const plainNumber = /^([+-]?)(\d*)(?:\.(\d+))?$/;

export const zero: Decimal = { digits: 0n, scale: 0 };
export const one: Decimal = { digits: 1n, scale: 0 };

/** Reads `12`, `-0.5` or `.25`; anything else (blanks, exponents, separators of thousands) is undefined. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = plainNumber.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(whole + fraction);
  return { digits: sign === '-' ? -digits : digits, scale: fraction.length };
}

/** The shortest text with the same value: no trailing zeros, no exponent. */
export function formatDecimal(value: Decimal): string {
  const { digits, scale } = shortest(value);
  const text = absolute(digits)
    .toString()
    .padStart(scale + 1, '0');
  const cut = text.length - scale;
  const magnitude = scale === 0 ? text : `${text.slice(0, cut)}.${text.slice(cut)}`;
  return digits < 0n ? `-${magnitude}` : magnitude;
}

export function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { digits: digitsAt(a, scale) + digitsAt(b, scale), scale };
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, { digits: -b.digits, scale: b.scale });
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, scale: a.scale + b.scale };
}

/** Exact where the quotient ends within `maxScale` decimals, else rounded half away from zero at that place. */
export function divide(a: Decimal, b: Decimal, maxScale: number): Decimal {
  if (b.digits === 0n) throw new RangeError('A decimal was divided by zero.');
  // a/b = (a.digits · 10^b.scale) / (b.digits · 10^a.scale), taken to maxScale decimals.
  const numerator = a.digits * powerOfTen(b.scale + maxScale);
  const denominator = b.digits * powerOfTen(a.scale);
  return { digits: divideHalfAwayFromZero(numerator, denominator), scale: maxScale };
}

/** Rounds half away from zero, as PostgreSQL's `round(numeric, places)` does. */
export function roundTo(value: Decimal, places: number): Decimal {
  if (value.scale <= places) return { digits: digitsAt(value, places), scale: places };
  return {
    digits: divideHalfAwayFromZero(value.digits, powerOfTen(value.scale - places)),
    scale: places,
  };
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. */
export function compare(a: Decimal, b: Decimal): number {
  const difference = subtract(a, b).digits;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** An amount in the currency's minor unit, rounded half away from zero: 12.345 with two decimals is 1235n. */
export function toMinorUnits(amount: Decimal, minorDigits: number): bigint {
  return roundTo(amount, minorDigits).digits;
}

function shortest(value: Decimal): Decimal {
  let { digits, scale } = value;
  while (scale > 0 && digits % 10n === 0n) {
    digits /= 10n;
    scale -= 1;
  }
  return { digits, scale };
}

function digitsAt(value: Decimal, scale: number): bigint {
  return value.digits * powerOfTen(scale - value.scale);
}

function powerOfTen(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function divideHalfAwayFromZero(numerator: bigint, denominator: bigint): bigint {
  const magnitude = absolute(numerator);
  const divisor = absolute(denominator);
  const rounded = (2n * magnitude + divisor) / (2n * divisor);
  return numerator < 0n !== denominator < 0n ? -rounded : rounded;
}
