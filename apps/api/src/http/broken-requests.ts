/** Answers what is too broken to become a request: bytes that are no HTTP, heads that are too large or never end. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { codeOfStatus, sendFailure, toFailure } from './http-error.filter.js';

/** What Node's HTTP parser throws; `reason` is its own sentence, e.g. "Invalid header token". */
interface BrokenRequest extends Error {
  readonly code?: string;
  readonly reason?: string;
}

function explain({ code, reason }: BrokenRequest): { status: number; detail: string } {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { status: 408, detail: 'The request did not arrive in time.' };
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return { status: 431, detail: 'The request line and headers are too large.' };
  }
  return {
    status: 400,
    detail: `This is not a valid HTTP request${reason === undefined ? '' : `: ${reason}`}.`,
  };
}

export function answerBrokenRequest(error: BrokenRequest, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { status, detail } = explain(error);
  const body = JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    detail,
    code: codeOfStatus(status),
  });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroy(error);
}

/** URLs that cannot be decoded fail in the router, before any hook. */
export function answerUnroutable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  void sendFailure(request, reply.header('x-request-id', request.id), toFailure(error));
}
