/** Calls a CDN's purge API once and turns whatever happens into one of the named errors, without its credentials. */
import { PurgeCredentialInvalid, PurgeRefused, PurgeThrottled, PurgeUnreachable } from './purge-errors.js';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What an adapter is made with besides its own settings. */
export interface PurgeTransport {
  readonly fetch: Fetch;
  /** Ends calls that hang. */
  readonly timeoutMs: number;
}

export interface PurgeCall {
  readonly cdn: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Never to be seen in an error, wherever they may come back from. */
  readonly secrets: readonly string[];
}

const maxAnswerLength = 300;

/** fetch() itself would say which value it cannot send, and the value is a secret. @throws PurgeCredentialInvalid */
export function checkCredential(cdn: string, name: string, value: string): string {
  if (!/^[\x21-\x7e]+$/.test(value)) throw new PurgeCredentialInvalid(cdn, name);
  return value;
}

/** RFC 9110 §10.2.3: seconds or a date, which is read by the clock of the server that wrote it. */
export function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const waitMs = Date.parse(value) - Date.parse(headers.get('date') ?? '');
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : undefined;
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  const bare = secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
  return bare.replace(/\s+/g, ' ').slice(0, maxAnswerLength);
}

/**
 * @returns the text of a 2xx answer.
 * @throws PurgeThrottled | PurgeRefused | PurgeUnreachable
 */
export async function callPurgeApi(call: PurgeCall, transport: PurgeTransport): Promise<string> {
  const { cdn, url, method, headers, body, secrets } = call;
  let response: Response;
  let answer: string;
  try {
    response = await transport.fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      redirect: 'error', // a credential goes where it was meant to go
      signal: AbortSignal.timeout(transport.timeoutMs),
    });
    answer = await response.text();
  } catch (cause) {
    throw new PurgeUnreachable(cdn, { cause });
  }
  if (response.ok) return answer;
  const waitMs = retryAfterMs(response.headers);
  if (response.status === 429) throw new PurgeThrottled(cdn, waitMs);
  throw new PurgeRefused(cdn, response.status, waitMs, withoutSecrets(answer, secrets));
}
