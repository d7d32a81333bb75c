/** Structured logs: one JSON line each, a constant message plus fields, with secrets blanked out. */
import type { LoggerService } from '@nestjs/common';
import { pino as newPino, stdSerializers, type DestinationStream, type Logger } from 'pino';
import { currentRequest } from '../core/request-context.js';

export type LogLevel = 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
export type LogFields = Readonly<Record<string, unknown>>;

const secretFields = [
  'authorization',
  'cookie',
  'password',
  'accessToken',
  'refreshToken',
  'token',
  'secret',
  'apiKey',
];
/** pino's redaction knows no "at any depth"; three levels reach request headers, GraphQL variables and inputs. */
const redactedPaths = secretFields.flatMap((field) => [
  field,
  `*.${field}`,
  `*.*.${field}`,
  `*.*.*.${field}`,
]);

/** Takes the password out of connection strings, which drivers like to repeat in their error texts. */
export function withoutUrlPasswords(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi, '$1:[redacted]@');
}

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const serialized = stdSerializers.err(error);
  return {
    type: serialized.type,
    code: (error as { code?: unknown }).code,
    message: withoutUrlPasswords(serialized.message),
    stack: withoutUrlPasswords(serialized.stack),
  };
}

export function createPino(level: LogLevel, destination?: DestinationStream): Logger {
  return newPino(
    {
      level,
      redact: { paths: redactedPaths, censor: '[redacted]' },
      serializers: { err: serializeError },
      mixin: () => {
        const request = currentRequest();
        return request === undefined ? {} : { requestId: request.requestId };
      },
    },
    destination,
  );
}

/** Nest hands a context string or fields behind the message; anything else is kept as `params`. */
function fieldsOf(params: readonly unknown[]): LogFields {
  const fields: Record<string, unknown> = {};
  const rest: unknown[] = [];
  for (const [index, param] of params.entries()) {
    if (param instanceof Error) fields['err'] = param;
    else if (typeof param === 'object' && param !== null) Object.assign(fields, param);
    else if (typeof param === 'string' && index === params.length - 1) fields['context'] = param;
    else if (param !== undefined) rest.push(param);
  }
  return rest.length === 0 ? fields : { ...fields, params: rest };
}

export class PlatformLogger implements LoggerService {
  constructor(readonly pino: Logger) {}

  log(message: unknown, ...params: unknown[]): void {
    this.#write('info', message, params);
  }
  error(message: unknown, ...params: unknown[]): void {
    this.#write('error', message, params);
  }
  warn(message: unknown, ...params: unknown[]): void {
    this.#write('warn', message, params);
  }
  debug(message: unknown, ...params: unknown[]): void {
    this.#write('debug', message, params);
  }
  verbose(message: unknown, ...params: unknown[]): void {
    this.#write('trace', message, params);
  }
  fatal(message: unknown, ...params: unknown[]): void {
    this.#write('fatal', message, params);
  }

  #write(level: Exclude<LogLevel, 'silent'>, message: unknown, params: readonly unknown[]): void {
    if (message instanceof Error) {
      this.pino[level]({ ...fieldsOf(params), err: message }, withoutUrlPasswords(message.message));
      return;
    }
    this.pino[level](fieldsOf(params), withoutUrlPasswords(String(message)));
  }
}
