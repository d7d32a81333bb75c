/** Reads JSON bodies and nothing else: UTF-8, uncompressed, without keys that reach for an object's prototype. */
import { isUtf8 } from 'node:buffer';
import { BadRequestException, UnsupportedMediaTypeException } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';

type Done = (error: Error | null, body?: unknown) => void;

/** RFC 8259, section 8.1: JSON between systems is UTF-8. */
function isOtherCharset(contentType: string): boolean {
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType) ?? [];
  return !/^utf-?8$/i.test(charset);
}

/** The parser refuses two kinds of text and tells them apart in no way that a client could act on. */
function whyRefused(text: string): string {
  try {
    JSON.parse(text);
    return 'The body has a key "__proto__" or "constructor.prototype", which is not accepted.';
  } catch (error) {
    return text.trim() === ''
      ? 'The body is empty; send a JSON object.'
      : `The body is not valid JSON: ${(error as Error).message}.`;
  }
}

/** @throws HttpException saying what is wrong with the body's encoding. */
function refuseOtherEncodings(request: FastifyRequest, body: Buffer): void {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw new UnsupportedMediaTypeException(
      `The body is encoded as "${encoding}"; send it without content-encoding.`,
    );
  }
  const contentType = request.headers['content-type'] ?? '';
  if (contentType !== 'application/json' && isOtherCharset(contentType)) {
    throw new UnsupportedMediaTypeException('The body must be UTF-8; send it as "application/json".');
  }
  if (!isUtf8(body)) throw new BadRequestException('The body is not valid UTF-8.');
}

/** True when the body need not be parsed, since the request has its answer already. */
type Consult = (request: FastifyRequest, body: Buffer) => boolean | Promise<boolean>;

/** @param consult is asked with every body that is well encoded. */
export function readJsonBodies(app: NestFastifyApplication, bodyLimitBytes: number, consult: Consult): void {
  const server: FastifyInstance = app.getHttpAdapter().getInstance();
  // Browsers send plain text and forms to any site without asking first.
  server.removeContentTypeParser('text/plain');
  const parse = server.getDefaultJsonParser('error', 'error');

  const parseUnless = (isAnswered: boolean, request: FastifyRequest, body: Buffer, done: Done): void => {
    if (isAnswered) return done(null, undefined);
    const text = body.toString('utf8');
    void parse(request, text, (error, parsed) =>
      error === null ? done(null, parsed) : done(new BadRequestException(whyRefused(text))),
    );
  };

  // Nest's own useBodyParser() would wrap each request's parser once more.
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: bodyLimitBytes },
    (request: FastifyRequest, body: Buffer, done: Done) => {
      refuseOtherEncodings(request, body);
      const isAnswered = consult(request, body);
      if (typeof isAnswered === 'boolean') parseUnless(isAnswered, request, body, done);
      else isAnswered.then((answered) => parseUnless(answered, request, body, done), done);
    },
  );
}
