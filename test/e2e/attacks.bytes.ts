/** Bytes that are no HTTP, or that two servers in a row would read in two ways. */
export interface ByteAttack {
  readonly name: string;
  readonly bytes: string | Buffer;
  /** The status of the only answer. */
  readonly status: number;
}

const body = '{"query":"{ __typename }"}';

/** A POST whose head is spelt out; `Host` and the content type are given unless the lines bring their own. */
function post(lines: readonly string[], sent = body): string {
  const head = ['POST /graphql HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...lines];
  return `${head.join('\r\n')}\r\n\r\n${sent}`;
}

const attack = (name: string, bytes: string | Buffer, status = 400): ByteAttack => ({ name, bytes, status });
const chunked = 'Transfer-Encoding: chunked';

export const byteAttacks: readonly ByteAttack[] = [
  attack('a greeting of another protocol', 'EHLO example.com\r\n\r\n'),
  attack('TLS', Buffer.from('16030100a5010000a10303', 'hex')),
  attack('HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  attack('HTTP of another version', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'),
  attack('an unknown method', 'FETCH /graphql HTTP/1.1\r\nHost: x\r\n\r\n'),
  attack('a method in lower case', 'get /graphql HTTP/1.1\r\nHost: x\r\n\r\n'),
  attack('no host', 'GET /health/live HTTP/1.1\r\n\r\n'),
  attack('a NUL in a header', post(['X-A: a\0b', `Content-Length: ${body.length}`])),
  attack('a NUL in the URL', 'GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n'),
  attack('a header without a name', post([': x', `Content-Length: ${body.length}`])),
  attack('a blank in a header’s name', post(['X A: x', `Content-Length: ${body.length}`])),
  attack('a blank before the colon', post([`Content-Length : ${body.length}`])),
  attack('a folded header', post(['X-A: a', ' b', `Content-Length: ${body.length}`, '\tc'])),
  attack('two different lengths', post([`Content-Length: ${body.length}`, 'Content-Length: 5'])),
  attack('the same length twice', post([`Content-Length: ${body.length}`, `Content-Length: ${body.length}`])),
  attack('a negative length', post(['Content-Length: -1'])),
  attack('a length in hexadecimal', post(['Content-Length: 0x1A'])),
  attack('a length with a sign', post([`Content-Length: +${body.length}`])),
  attack('a length beyond counting', post([`Content-Length: ${'9'.repeat(40)}`])),
  attack('a list of lengths', post([`Content-Length: ${body.length}, ${body.length}`])),
  attack('a length and chunks', post([`Content-Length: ${body.length}`, chunked], `0\r\n\r\n`)),
  attack('chunks and a length', post([chunked, 'Content-Length: 4'], `0\r\n\r\nGET /admin HTTP/1.1\r\n\r\n`)),
  attack('chunks twice', post([chunked, 'Transfer-Encoding: identity'], '0\r\n\r\n')),
  attack('an unknown transfer encoding', post(['Transfer-Encoding: xchunked'], '0\r\n\r\n')),
  attack('chunks that are not last', post(['Transfer-Encoding: chunked, gzip'], '0\r\n\r\n')),
  attack('a chunk of no size', post([chunked], `zz\r\n${body}\r\n0\r\n\r\n`)),
  attack('a chunk of negative size', post([chunked], `-1\r\n${body}\r\n0\r\n\r\n`)),
  attack('a chunk that is longer than it says', post([chunked], `5\r\n${body}\r\n0\r\n\r\n`)),
  attack('a chunk of more than can be counted', post([chunked], `${'f'.repeat(20)}\r\n${body}\r\n0\r\n\r\n`)),
  attack('a bare line feed in the head', `POST /graphql HTTP/1.1\nHost: x\nContent-Length: 5\n\n{"a":`),
  attack('a bare carriage return', `GET /health/live HTTP/1.1\rHost: x\r\r`),
  attack('headers beyond 16 kB', post([`X-A: ${'a'.repeat(20_000)}`]), 431),
  attack('two thousand headers', post(Array.from({ length: 2_000 }, (_, i) => `X-${i}: abcdef`)), 431),
  attack('a body shorter than its length', post([`Content-Length: ${body.length + 10}`])),
  attack(
    'an upgrade to nothing, without a body',
    post(['Connection: Upgrade', 'Upgrade: h2c', 'Content-Length: 0'], ''),
    400,
  ),
];
