/** A question of everybody's or of a role's, kept so that the process can ask it again: what was asked, never who asked it. */
import { hash } from 'node:crypto';
import type { CachedAnswer } from './cached-answer.js';

/** A question as it came in. */
export interface AskedQuestion {
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly accept: string | undefined;
  readonly body: Buffer | undefined;
}

export interface KeptQuestion {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly accept: string | undefined;
  readonly body: string | undefined;
  readonly operation: string;
  /** Where its answer lies in memory. */
  readonly storeKey: string;
  /** Undefined where it is everybody's. */
  readonly role: string | undefined;
}

/** Characters of what is its own name; names are remembered longer than answers, and clients choose their length. */
const longestPlain = 200;

/** Names what is asked, whoever asks. */
export function idOfQuestion({ method, path, accept = '', body }: AskedQuestion): string {
  return `${method} ${shortened(accept)} ${body === undefined ? shortened(path) : digest(body)}`;
}

function shortened(text: string): string {
  return text.length <= longestPlain ? text : digest(text);
}

function digest(content: string | Buffer): string {
  return hash('sha256', content, 'base64url');
}

/** A letter of the ASCII alphabet in the form of an escape: no client has a reason to write one so. */
const escapedLetter = /\\u00[4-7][0-9a-f]/i;
/** White space of JSON (RFC 8259 §2), and the bytes of a byte order mark, which parsers pass over as well. */
const beforeJson = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);
const bracket = 0x5b;

/** A mutation must never wait for its twin; a question that only contains the word is merely not cached. */
export function mayHaveEffects(body: Buffer): boolean {
  if (body.includes('mutation') || body.includes('subscription')) return true;
  if (body.find((byte) => !beforeJson.has(byte)) === bracket) return true; // a batch
  return body.includes('\\u') && escapedLetter.test(body.toString('latin1'));
}

/** True for a body that names its document by its hash alone: it may be a mutation's. */
export function hidesDocument(body: Buffer): boolean {
  return !body.includes('"query"');
}

/** Asks it like a client of the role; `anew` replaces what the cache has, `afresh` goes past the cache and leaves it alone. */
export type AskAgain = (
  question: KeptQuestion,
  how: 'into the cache' | 'anew' | 'afresh',
) => Promise<{ readonly status: number; readonly body: Buffer }>;

/** RFC 9111 §5.2.1: nothing that is there will do; and neither will it do nor be replaced. */
export const cacheControlOf = { anew: 'max-age=0', afresh: 'no-cache' } as const;

/** Bytes of a path or a body: what is larger is rare, and 2,048 of the largest stay 32 MiB. */
const mostBytes = 8_192;

/** Undefined for what must not or need not be asked again. */
export function keptQuestion(asked: AskedQuestion, answer: CachedAnswer): KeptQuestion | undefined {
  const isShared = answer.scope === 'public' || answer.scope === 'role';
  const { method } = asked;
  if (method !== 'GET' && method !== 'POST') return undefined;
  if (!isShared || asked.path.length > mostBytes || (asked.body?.length ?? 0) > mostBytes) return undefined;
  return {
    method,
    path: asked.path,
    accept: asked.accept,
    body: asked.body?.toString('utf8'),
    operation: answer.operation,
    storeKey: answer.storeKey,
    role: answer.scope === 'role' ? roleIn(answer.storeKey) : undefined,
  };
}

/** `role ["staff"]\n…`, as scopeKeys() and the answer cache have written it. */
function roleIn(storeKey: string): string {
  const [scopeKey = ''] = storeKey.split('\n', 1);
  const [role] = JSON.parse(scopeKey.slice('role '.length)) as [string];
  return role;
}
