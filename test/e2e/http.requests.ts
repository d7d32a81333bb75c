/** Requests as a test spells them out, where the usual client would be too well-behaved. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import type { GraphqlError } from '../support/graphql-client.js';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface RawRequest {
  readonly method?: string;
  /** As it stands in the request line: never normalised. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

/** Unlike `fetch`, adds no header of its own but the length, and takes any path and method. */
export async function send(url: string, asked: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const body = Buffer.from(asked.body ?? '');
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        hostname,
        port,
        method: asked.method ?? 'POST',
        path: asked.path ?? '/graphql',
        agent: false,
        headers: { 'content-length': String(body.length), ...asked.headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

export const json = { 'content-type': 'application/json' } as const;

export async function postJson(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  return send(url, { headers: { ...json, ...headers }, body: JSON.stringify(body) });
}

export function errorsOf({ text }: RawAnswer): readonly GraphqlError[] {
  return (JSON.parse(text) as { errors?: GraphqlError[] }).errors ?? [];
}

export function codeOf(answer: RawAnswer): unknown {
  return errorsOf(answer)[0]?.extensions?.['code'];
}

/** Writes bytes to the port as they are, and reads until the server closes the connection. */
export async function sendBytes(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.end(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', (error: Error & { code?: string }) =>
      error.code === 'ECONNRESET' ? undefined : reject(error),
    );
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}
