/** Orders the content codings that a client accepts (Accept-Encoding, RFC 9110 §12.5.3), remembered by header. */

export type ContentCoding = 'zstd' | 'br' | 'gzip' | 'identity';

/** Real clients send a handful of headers; the bound is against those who send a new one each time. */
const maxRemembered = 256;
const maxRememberedLength = 256;

const elementSyntax = /^([!#$%&'*+.^_`|~0-9a-z-]+)(?:[\t ]*;[\t ]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/;

/** Weights by coding; an element that is no coding with a weight is passed over. */
function weightsIn(header: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const element of header.toLowerCase().split(',')) {
    const match = elementSyntax.exec(element.trim());
    if (match === null) continue;
    const [, name = '', weight = '1'] = match;
    weights.set(name === 'x-gzip' ? 'gzip' : name, Number(weight)); // §8.4.1.3
  }
  return weights;
}

/** `identity` is acceptable unless it is excluded by name or by `*;q=0`, and comes last unless it is asked for. */
function weightOf(coding: ContentCoding, weights: ReadonlyMap<string, number>): number {
  const named = weights.get(coding);
  if (named !== undefined) return named;
  const others = weights.get('*');
  if (coding === 'identity') return others === 0 ? 0 : Number.MIN_VALUE;
  return others ?? 0;
}

/**
 * @param supported what this server has, the best first: it decides among equal weights. `identity` need not be named.
 * @returns the acceptable ones, the best first and never none: a client that accepts nothing that there is gets the plain
 * answer, as §12.5.3 wishes. Without the header anything is allowed, but who does not ask may not be able to decode.
 */
export function acceptableCodings(
  header: string | undefined,
  supported: readonly ContentCoding[],
): readonly ContentCoding[] {
  if (header === undefined) return ['identity'];
  const weights = weightsIn(header);
  const candidates: ContentCoding[] = [...supported.filter((coding) => coding !== 'identity'), 'identity'];
  const acceptable = candidates
    .map((coding) => ({ coding, weight: weightOf(coding, weights) }))
    .filter(({ weight }) => weight > 0)
    .toSorted((one, other) => other.weight - one.weight)
    .map(({ coding }) => coding);
  return acceptable.length === 0 ? ['identity'] : acceptable;
}

/** A hit costs one look into a map instead of parsing the same header again. */
export class EncodingNegotiation {
  readonly #remembered = new Map<string, readonly ContentCoding[]>();

  constructor(private readonly supported: readonly ContentCoding[]) {}

  acceptable(header: string | undefined): readonly ContentCoding[] {
    if (header === undefined) return ['identity'];
    const remembered = this.#remembered.get(header);
    if (remembered !== undefined) return remembered;
    const codings = acceptableCodings(header, this.supported);
    if (header.length <= maxRememberedLength) {
      if (this.#remembered.size >= maxRemembered) this.#remembered.clear();
      this.#remembered.set(header, codings);
    }
    return codings;
  }
}
