/** Knows how many decimals a currency's minor unit stands for (ISO 4217): 2 for USD, 0 for JPY, 3 for KWD. */

const defaultDigits = 2;

/** ISO 4217 table A.1. `Intl` is not asked, because it rounds to coins in use (HUF 0), not to the minor unit (HUF 2). */
const otherDigits: ReadonlyMap<string, number> = new Map([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'
    .split(' ')
    .map((code) => [code, 0] as const),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3] as const),
]);
const known = new Set(Intl.supportedValuesOf('currency'));

export function isCurrency(code: string): boolean {
  return known.has(code);
}

export function minorUnitDigits(currency: string): number {
  return otherDigits.get(currency) ?? defaultDigits;
}

/** One minor unit in major units, as decimal text: `0.01` for USD, `1` for JPY. */
export function minorUnit(currency: string): string {
  const digits = minorUnitDigits(currency);
  return digits === 0 ? '1' : `0.${'1'.padStart(digits, '0')}`;
}

/** An SQL expression for `10 ** minorUnitDigits(column)`: amounts times this are minor units. */
export function minorUnitFactorSql(column: string): string {
  const cases = [...otherDigits].map(([currency, digits]) => `WHEN '${currency}' THEN ${10 ** digits}`);
  return `CASE ${column} ${cases.join(' ')} ELSE ${10 ** defaultDigits} END`;
}
