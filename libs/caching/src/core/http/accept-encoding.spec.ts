import { describe, expect, it } from 'vitest';
import { acceptableCodings, EncodingNegotiation } from './accept-encoding.js';

const supported = ['zstd', 'br', 'gzip'] as const;
const codings = (header: string | undefined) => acceptableCodings(header, supported);

describe(acceptableCodings, () => {
  it('sends the plain answer to clients that do not ask', () => {
    expect(codings(undefined)).toEqual(['identity']);
    expect(codings('')).toEqual(['identity']);
    expect(codings('compress, deflate')).toEqual(['identity']);
  });

  it('takes the server order among equal weights and the client order else', () => {
    expect(codings('gzip, deflate, br, zstd')).toEqual(['zstd', 'br', 'gzip', 'identity']);
    expect(codings('gzip;q=1.0, br;q=0.5')).toEqual(['gzip', 'br', 'identity']);
    expect(codings('identity, br;q=0.9')).toEqual(['identity', 'br']);
  });

  it('never sends what is refused, by name or by the rest of them', () => {
    expect(codings('br;q=0, *')).toEqual(['zstd', 'gzip', 'identity']);
    expect(codings('gzip, *;q=0')).toEqual(['gzip']);
    expect(codings('gzip, identity;q=0')).toEqual(['gzip']);
    expect(codings('*;q=0, identity;q=0.1')).toEqual(['identity']);
  });

  it('sends the plain answer to clients that refuse all that there is', () => {
    expect(codings('compress, *;q=0')).toEqual(['identity']);
  });

  it('reads names in any case, old names, and blanks where they are allowed', () => {
    expect(codings('X-GZIP ; Q=0.5 ,\tBR;q=0.001')).toEqual(['gzip', 'br', 'identity']);
  });

  it('passes over elements that say nothing', () => {
    expect(codings('br;q=2, gzip;q=abc, ,zstd;level=3')).toEqual(['identity']);
  });
});

describe(EncodingNegotiation, () => {
  it('answers the same header with the same list, also after it was sent too many headers to remember', () => {
    const negotiation = new EncodingNegotiation(supported);
    const first = negotiation.acceptable('br, gzip');
    expect(negotiation.acceptable('br, gzip')).toBe(first);
    for (let index = 0; index < 1_000; index += 1) negotiation.acceptable(`br, x${index}`);
    expect(negotiation.acceptable('br, gzip')).toEqual(first);
    expect(negotiation.acceptable(undefined)).toEqual(['identity']);
  });
});
