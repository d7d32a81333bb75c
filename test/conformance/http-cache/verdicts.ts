/**
 * Which of the suite's tests apply to a cache beside its origin, and what our cache answers to them.
 *
 * The suite is made for caches that stand before an origin, read its fields, keep them and ask it whether they are still good. Ours
 * makes the answers in the same process: it is told how long they live and for whom they are, writes their fields itself, and hears of
 * every change. A test counts where our own code decides its outcome; what would only test the part that tells it does not.
 */

export interface Verdict {
  /** Hold, whatever the suite calls them: required, optimal or merely asked. */
  readonly holds?: readonly string[];
  /** Nothing that HTTP requires, decided otherwise. */
  readonly declines?: { readonly tests: readonly string[]; readonly because: string };
  /** Why the others of the group say nothing of our cache. */
  readonly othersSayNothing?: string;
}

const told = 'It is about how an origin writes its fields. Our cache is told, and reads none.';
const asksNobody =
  'Our cache is beside its origin and knows what has changed: it asks nobody whether its answers are still good.';

const keptStatus = 200;
const statuses = [203, 204, 299, 301, 302, 303, 307, 308, 400, 404, 410, 499, 500, 502, 503, 504, 599];
const unsafeMethods = ['POST', 'PUT', 'DELETE', 'M-SEARCH'];

export const verdicts: Readonly<Record<string, Verdict>> = {
  'cc-freshness': {
    holds: [
      'freshness-none',
      'freshness-max-age',
      'freshness-max-age-0',
      'freshness-max-age-max-minus-1',
      'freshness-max-age-max',
      'freshness-max-age-max-plus-1',
      'freshness-max-age-max-plus',
    ],
    othersSayNothing: `They are about which of several fields counts. ${told}`,
  },
  'cc-parse': { othersSayNothing: told },
  'age-parse': { othersSayNothing: told },
  expires: { othersSayNothing: told },
  'expires-parse': { othersSayNothing: told },
  'cc-response': {
    holds: [
      'cc-resp-private-shared',
      'cc-resp-no-store',
      'cc-resp-no-store-fresh',
      'cc-resp-no-cache',
      'cc-resp-must-revalidate-fresh',
    ],
    othersSayNothing: `Some are about spelling: ${told} Some are about asking the origin: ${asksNobody}`,
  },
  stale: {
    holds: ['stale-sie-close', 'stale-sie-503'],
    declines: {
      tests: ['stale-close', 'stale-503'],
      because: 'A whole answer whose time is over is served to nobody, unless it was said that it may be.',
    },
    othersSayNothing:
      'They take the error that a client gets instead for a stored answer, or look at the warning on a stale one.',
  },
  heuristic: { othersSayNothing: 'A lifetime is never guessed. ' + told },
  method: {
    declines: { tests: ['method-POST'], because: 'A question by POST and a URL are not the same question.' },
  },
  status: {
    holds: [`status-${keptStatus}-fresh`, `status-${keptStatus}-stale`],
    declines: {
      tests: statuses.map((status) => `status-${status}-fresh`),
      because: 'Only whole answers are kept, and they have status 200.',
    },
    othersSayNothing: 'What is never kept is never stale.',
  },
  'cc-request': {
    holds: ['ccreq-no-cache', 'ccreq-no-store'],
    declines: {
      tests: [
        'ccreq-ma0',
        'ccreq-ma1',
        'ccreq-magreaterage',
        'ccreq-max-stale',
        'ccreq-max-stale-age',
        'ccreq-min-fresh',
        'ccreq-min-fresh-age',
        'ccreq-oic',
      ],
      because:
        'An answer is true or it is not served: its age says nothing. Who wants one made anew sends no-cache.',
    },
    othersSayNothing: asksNobody,
  },
  pragma: {
    holds: ['pragma-request-no-cache', 'pragma-request-extension'],
    othersSayNothing: told,
  },
  vary: {
    holds: [
      'vary-match',
      'vary-no-match',
      'vary-omit-stored',
      'vary-omit',
      'vary-invalidate',
      'vary-cache-key',
      'vary-2-match',
      'vary-2-no-match',
      'vary-2-match-omit',
      'vary-3-match',
      'vary-3-no-match',
      'vary-3-order',
      'vary-3-omit',
      'vary-star',
    ],
    othersSayNothing:
      'They are about the same wish in other spellings. An application says who asks by values, not by header text.',
  },
  'vary-parse': { othersSayNothing: told },
  'conditional-lm': {
    othersSayNothing: 'Answers have strong tags by their content, and no date of their last change.',
  },
  'conditional-inm': {
    holds: [
      'conditional-etag-strong-respond',
      'conditional-304-etag',
      'conditional-etag-precedence',
      'conditional-etag-weak-respond',
      'conditional-etag-strong-respond-multiple-first',
      'conditional-etag-strong-respond-multiple-second',
      'conditional-etag-strong-respond-multiple-last',
    ],
    declines: {
      tests: [
        'conditional-etag-quoted-respond-unquoted',
        'conditional-etag-weak-respond-lowercase',
        'conditional-etag-weak-respond-backslash',
        'conditional-etag-weak-respond-omit-slash',
      ],
      because: 'What is no list of entity tags is no condition.',
    },
    othersSayNothing: `Some are about tags that ours never look like, without quotes or beyond ASCII. ${asksNobody}`,
  },
  headers: {
    holds: ['headers-store-Content-Type'],
    othersSayNothing:
      'An answer is kept with its content type; every other field is written by our cache itself or by the application for each request.',
  },
  update304: { othersSayNothing: asksNobody },
  updateHEAD: { othersSayNothing: asksNobody },
  invalidation: {
    holds: unsafeMethods.flatMap((method) =>
      ['', '-failed', '-location', '-cl'].map((what) => `invalidate-${method}${what}`),
    ),
  },
  partial: {
    othersSayNothing: 'Nobody asks for a part of the bytes of a GraphQL answer, and none is offered.',
  },
  auth: {
    holds: [
      'other-authorization',
      'other-authorization-public',
      'other-authorization-must-revalidate',
      'other-authorization-smaxage',
    ],
  },
  other: {
    holds: ['other-age-gen', 'query-args-different', 'query-args-same', 'other-cookie'],
    declines: { tests: ['other-set-cookie'], because: 'An answer that sets a cookie is one client’s.' },
    othersSayNothing: `They are about the origin's own Age, Date and Content-Disposition. ${told}`,
  },
  'surrogate-control': { othersSayNothing: `Our cache writes CDN-Cache-Control for others. ${told}` },
};
