/** Answers what fails outside GraphQL: GraphQL errors on /graphql, problem documents (RFC 9457) elsewhere. */
import { STATUS_CODES } from 'node:http';
import { AppError, httpStatusOf, type PlatformLogger } from '@app/platform';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

interface Failure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Fastify's own errors, for bodies that are too large or no JSON, carry a status below 500 and a text for clients. */
function isClientFault(error: unknown): error is Error & { statusCode: number; code?: string } {
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return error instanceof Error && typeof status === 'number' && status >= 400 && status < 500;
}

function codeOf(status: number): string {
  return (STATUS_CODES[status] ?? 'ERROR').toUpperCase().replace(/[^A-Z]+/g, '_');
}

export function toFailure(error: unknown): Failure {
  if (error instanceof AppError && error.kind !== 'INTERNAL') {
    return { status: httpStatusOf[error.kind], code: error.code, message: error.message };
  }
  if (error instanceof HttpException && error.getStatus() < 500) {
    return { status: error.getStatus(), code: codeOf(error.getStatus()), message: error.message };
  }
  if (isClientFault(error)) {
    return { status: error.statusCode, code: codeOf(error.statusCode), message: error.message };
  }
  return { status: 500, code: 'INTERNAL_SERVER_ERROR', message: 'Something went wrong on our side.' };
}

/** The body in the form that the path's clients read. */
export function failureBody(request: FastifyRequest, { status, code, message }: Failure): object {
  if (request.url.startsWith('/graphql')) {
    return { errors: [{ message, extensions: { code, requestId: request.id } }] };
  }
  return {
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    detail: message,
    code,
    requestId: request.id,
  };
}

@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: PlatformLogger) {}

  catch(error: unknown, host: ArgumentsHost): unknown {
    if (host.getType<string>() === 'graphql') throw error;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const failure = toFailure(error);
    if (failure.status >= 500) this.logger.error('request failed', { err: error, requestId: request.id });
    const mediaType = request.url.startsWith('/graphql') ? 'application/json' : 'application/problem+json';
    return reply
      .code(failure.status)
      .header('content-type', `${mediaType}; charset=utf-8`)
      .send(JSON.stringify(failureBody(request, failure)));
  }
}
