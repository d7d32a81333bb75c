/** Answers what fails outside GraphQL: GraphQL errors on /graphql, problem documents (RFC 9457) elsewhere. */
import { STATUS_CODES } from 'node:http';
import { findAppError, httpStatusOf, type PlatformLogger } from '@app/platform';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface Failure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Fastify's own errors, for bodies that are too large or no JSON, carry a status below 500 and a text for clients. */
function isClientFault(error: unknown): error is Error & { statusCode: number } {
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return error instanceof Error && typeof status === 'number' && status >= 400 && status < 500;
}

/** Fastify says no more about it than the status does. */
function textFor(status: number, message: string): string {
  return status === 415 && message === STATUS_CODES[status]
    ? 'This content type is not accepted; send JSON as "application/json".'
    : message;
}

export function codeOfStatus(status: number): string {
  return (STATUS_CODES[status] ?? 'ERROR').toUpperCase().replace(/[^A-Z]+/g, '_');
}

export function toFailure(error: unknown): Failure {
  const ours = findAppError(error);
  if (ours !== undefined && ours.kind !== 'INTERNAL') {
    return { status: httpStatusOf[ours.kind], code: ours.code, message: ours.message };
  }
  if (error instanceof HttpException && error.getStatus() < 500) {
    const status = error.getStatus();
    return { status, code: codeOfStatus(status), message: textFor(status, error.message) };
  }
  if (isClientFault(error)) {
    return { status: error.statusCode, code: codeOfStatus(error.statusCode), message: error.message };
  }
  return { status: 500, code: 'INTERNAL_SERVER_ERROR', message: 'Something went wrong on our side.' };
}

/** `/graphql`, `/graphql?query=…` and what lies below it. */
export function isGraphqlPath(url: string): boolean {
  return /^\/graphql(?:[/?#]|$)/.test(url);
}

/** Answers in the form that the path's clients read. */
export function sendFailure(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, code, message }: Failure,
): FastifyReply {
  const isGraphql = isGraphqlPath(request.url);
  const requestId = request.id;
  const body = isGraphql
    ? { errors: [{ message, extensions: { code, requestId } }] }
    : { type: 'about:blank', title: STATUS_CODES[status], status, detail: message, code, requestId };
  return reply
    .code(status)
    .header('content-type', `application/${isGraphql ? 'json' : 'problem+json'}; charset=utf-8`)
    .send(JSON.stringify(body));
}

@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: PlatformLogger) {}

  catch(error: unknown, host: ArgumentsHost): unknown {
    if (host.getType<string>() === 'graphql') throw error;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const failure = toFailure(error);
    if (failure.status === 500) this.logger.error('request failed', { err: error, requestId: request.id });
    return sendFailure(request, reply, failure);
  }
}
