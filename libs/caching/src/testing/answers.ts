/** Answers and questions for tests that look at nothing else in them. */
import type { CachedAnswer } from '../core/cached-answer.js';
import { freshness } from '../core/freshness.js';
import type { KeptQuestion } from '../core/kept-question.js';

const hour = { kind: 'fixed', ttlMs: 3_600_000 } as const;

export function questionCalled(name: string, role?: string): KeptQuestion {
  const scopeKey = role === undefined ? 'public' : `role ${JSON.stringify([role])}`;
  return {
    method: 'POST',
    path: '/graphql',
    accept: undefined,
    body: JSON.stringify({ query: `query ${name} { shop }` }),
    operation: name,
    storeKey: `${scopeKey}\nPOST  ${name}`,
    role,
  };
}

export function answerTo(question: KeptQuestion, text = '{"data":{}}'): CachedAnswer {
  return {
    body: Buffer.from(text),
    contentType: 'application/json',
    contentHash: 'hash',
    operation: question.operation,
    scope: question.role === undefined ? 'public' : 'role',
    bornAt: 1,
    dependencies: { reads: [], tags: [] },
    storedAtMs: 0,
    aging: [hour],
    kind: 'value',
    random: 0,
    window: freshness(hour, { storedAtMs: 0, lastUsedAtMs: 0, random: 0 }),
    isSliding: false,
    lastUsedAtMs: 0,
    computeMs: 10,
    storeKey: question.storeKey,
    cells: [],
    encoded: new Map(),
    heads: [],
    isKept: true,
    hits: 0,
    collectedHits: 0,
    question,
  };
}
