import { createPino, PlatformLogger } from '@app/platform';
import { afterEach, describe, expect, it } from 'vitest';
import { CacheWarmer } from './cache-warmer.js';
import { AnswerCache } from './core/answer-cache.js';
import { AnswerUses } from './core/answer-uses.js';
import { ByteBudgetStore } from './core/byte-budget-store.js';
import type { CachedAnswer } from './core/cached-answer.js';
import { Fence } from './core/fence.js';
import type { AskAgain, KeptQuestion } from './core/kept-question.js';
import { OperationStatistics } from './core/operation-statistics.js';
import { OwnWarmList } from './core/own-warm-list.js';
import { QuestionRanking } from './core/question-ranking.js';
import { noSharedStore } from './core/shared-store.js';
import { answerTo, questionCalled } from './testing/answers.js';

const nowMs = () => 1_000;
const used = { requests: 100, foundDead: 0, refreshed: 0, costMs: 10, sizeBytes: 100 };
const warmers: CacheWarmer[] = [];

/** A node that has learned of two questions, over an application that answers only those of the schema. */
async function startNode(schema: readonly KeptQuestion[]) {
  const fence = new Fence();
  const memory = new ByteBudgetStore<CachedAnswer>({ budgetBytes: 1_000_000 });
  const cache = new AnswerCache({ fence, memory, shared: noSharedStore, nowMs });
  const uses = new AnswerUses(new QuestionRanking(), new OperationStatistics(), nowMs);
  const asked: string[] = [];
  const askAgain: AskAgain = (question) => {
    asked.push(question.operation);
    if (!schema.includes(question))
      return Promise.resolve({ status: 200, body: Buffer.from('{"errors":[{"message":"Cannot query"}]}') });
    const [scopeKey = '', id = ''] = question.storeKey.split('\n');
    const kept = cache.keep(id, scopeKey, { ...answerTo(question), bornAt: fence.reached });
    return Promise.resolve({ status: 200, body: kept?.body ?? Buffer.alloc(0) });
  };
  const logger = new PlatformLogger(createPino('silent'));
  const warmer = new CacheWarmer({ cache, uses, pressure: { isBusy: () => false }, nowMs, logger });
  warmers.push(warmer);
  const list = new OwnWarmList(uses.ranking, nowMs);
  await warmer.prepare({ list, askAgain, startSchedule: () => Promise.resolve() });
  return { warmer, uses, asked };
}

afterEach(async () => {
  for (const warmer of warmers.splice(0)) await warmer.stop();
});

describe(CacheWarmer, () => {
  const stays = questionCalled('Stays');
  const goes = questionCalled('Goes');

  it('has answers made to what is worth it, and to nothing else', async () => {
    const { warmer, uses, asked } = await startNode([stays, goes]);
    uses.ranking.note(stays, used, 0);
    uses.ranking.note(goes, { ...used, requests: 1 }, 0);
    expect(await warmer.warm()).toMatchObject({ made: 1 });
    expect(await warmer.warm()).toMatchObject({ alive: 1, made: 0 });
    expect(asked).toEqual(['Stays']);
  });

  it('drops a question that the schema does not know any more', async () => {
    const { warmer, uses, asked } = await startNode([stays]);
    uses.ranking.note(stays, used, 0);
    uses.ranking.note(goes, used, 0);
    expect(await warmer.warm()).toMatchObject({ made: 1, refused: [goes] });
    await warmer.warm();
    expect(asked.filter((operation) => operation === 'Goes')).toHaveLength(1);
    expect((await warmer.list(10)).map(({ question }) => question)).toEqual([stays]);
  });

  it('asks nothing once it is stopped', async () => {
    const { warmer, uses, asked } = await startNode([stays]);
    uses.ranking.note(stays, used, 0);
    await warmer.stop();
    expect(await warmer.warm()).toBeUndefined();
    expect(asked).toEqual([]);
  });
});
