/** Writes the headers that an answer is sent with: who may keep it, for how long, by which name, and where it came from. */
import type { MissReason as AnswerMissReason } from './answer-cache.js';
import type { BypassReason } from './answering.js';
import type { CachedAnswer, HeadForm, PreparedHead } from './cached-answer.js';
import type { ContentCoding } from './http/accept-encoding.js';
import { cacheStatus, type MissReason } from './http/cache-status.js';
import { etagOf } from './http/etag.js';
import { cacheHeaders, type HeaderContext } from './http/response-headers.js';
import type { SurrogateKeys } from './http/surrogate-keys.js';

export interface AnswerHeadersOptions {
  readonly nowMs: () => number;
  readonly hasCdn: boolean;
  /** The names that a CDN can purge an answer by; undefined where none stands before this origin. */
  readonly surrogateKeysOf: (answer: CachedAnswer) => SurrogateKeys | undefined;
  readonly cdnLifetimeIn: HeaderContext['cdnLifetimeIn'];
}

/** How the request chose its answer. */
export interface Chosen {
  /** Request headers besides `Accept` and `Accept-Encoding` that had a say. */
  readonly by: readonly string[];
  /** False: whatever a CDN could keep of this would be wrong for the next one, or of no use. */
  readonly isForCdn: boolean;
}

type Headers = Readonly<Record<string, string>>;

/** Forms of an answer that are prepared at a time: a few codings, with and without a CDN. */
const mostHeads = 8;

export class AnswerHeaders {
  constructor(private readonly options: AnswerHeadersOptions) {}

  /** True where a CDN may keep the very bytes that are sent now. */
  mayStayAtCdn(answer: CachedAnswer, { isForCdn }: Chosen): boolean {
    return this.options.hasCdn && isForCdn && answer.scope === 'public';
  }

  /** Made once a second for each form of an answer: nothing in it changes more often. */
  ofHit(answer: CachedAnswer, form: HeadForm, chosen: Chosen): PreparedHead {
    const nowMs = this.options.nowMs();
    const second = Math.floor(nowMs / 1_000);
    for (const head of answer.heads) if (head.second === second && isSameForm(head.form, form)) return head;
    const { coding, layer, othersVary } = form;
    const status = cacheStatus({ kind: 'hit', ttlMs: answer.window.freshUntilMs - nowMs, key: layer });
    const common = lowerCase({
      ...withVary(this.ofAnswer(answer, chosen), othersVary),
      'Cache-Status': status,
    });
    const made = { second, form, common, full: { ...common, ...formOf(answer, coding) } };
    const others = answer.heads.filter((head) => head.second === second);
    answer.heads = [made, ...others.slice(0, mostHeads - 1)];
    return made;
  }

  /** For one client alone: something was written meanwhile, or may have been. */
  ofUnkept(
    answer: CachedAnswer,
    { coding, othersVary }: HeadForm,
    why: MissReason,
  ): Pick<PreparedHead, 'common' | 'full'> {
    const status = cacheStatus({ kind: 'collapsed', why });
    const forbidding = {
      'Cache-Control': 'no-store',
      'CDN-Cache-Control': 'no-store',
      'Cache-Status': status,
    };
    const common = lowerCase(withVary(forbidding, othersVary));
    return { common, full: { ...common, ...formOf(answer, coding) } };
  }

  ofAnswer(answer: CachedAnswer, { by, isForCdn }: Chosen): Headers {
    const isPublic = answer.scope === 'public';
    const { freshUntilMs, staleUntilMs, errorUntilMs } = answer.window;
    return cacheHeaders(
      {
        scope: isPublic ? 'public' : 'private',
        ttlMs: freshUntilMs - answer.storedAtMs,
        staleWhileRevalidateMs: staleUntilMs - freshUntilMs,
        staleIfErrorMs: errorUntilMs - freshUntilMs,
        ageMs: this.options.nowMs() - answer.storedAtMs,
      },
      {
        vary: ['Accept', ...by, ...(isPublic ? [] : ['Authorization'])],
        clientMaxAgeMs: 0,
        surrogateKeys: isForCdn ? this.options.surrogateKeysOf(answer) : undefined,
        cdnLifetimeIn: this.options.cdnLifetimeIn,
      },
    );
  }
}

function isSameForm(one: HeadForm, other: HeadForm): boolean {
  return (
    one.coding === other.coding &&
    one.layer === other.layer &&
    one.isForCdn === other.isForCdn &&
    one.othersVary === other.othersVary
  );
}

/** As others write them, so that one of two headers with the same name takes the other's place. */
function lowerCase(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function formOf(answer: CachedAnswer, coding: ContentCoding): Headers {
  const body = coding === 'identity' ? answer.body : (answer.encoded.get(coding) ?? answer.body);
  return {
    'content-type': answer.contentType,
    'content-length': String(body.length),
    ...(coding !== 'identity' && { 'content-encoding': coding }),
    etag: etagOf(answer.contentHash, coding),
  };
}

/** Others, CORS among them, have their own reasons for which an answer varies: all of them count (RFC 9110 §12.5.5). */
export function withVary(headers: Headers, also: unknown): Headers {
  if (also === undefined) return headers;
  const names = [headers['Vary'] ?? '', ...[also].flat().map(String)].flatMap((list) => list.split(','));
  const distinct = new Map(names.map((name) => [name.trim().toLowerCase(), name.trim()]));
  distinct.delete('');
  return distinct.size === 0 ? headers : { ...headers, Vary: [...distinct.values()].join(', ') };
}

/** In the words of HTTP, for which a node that is behind has lost touch as well. */
export function toHttpReason(reason: AnswerMissReason | BypassReason): MissReason {
  if (reason.kind === 'behind') return { kind: 'unsynced' };
  if (reason.kind !== 'invalidated') return reason;
  return reason.by.reason === 'moved' ? { kind: 'invalidated', tag: reason.by.tag } : { kind: 'unsynced' };
}
