import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../test/support/seeded-random.js';
import { questionCalled } from '../testing/answers.js';
import { halfLifeMs, QuestionRanking, type QuestionUse } from './question-ranking.js';

const use: QuestionUse = { requests: 1, foundDead: 0, refreshed: 0, costMs: 10, sizeBytes: 100 };

function names(ranking: QuestionRanking, limit: number, nowMs = 0): string[] {
  return ranking.top(limit, nowMs).map(({ question }) => question.operation);
}

describe(QuestionRanking, () => {
  it('puts first what saves the most work, which is not what costs the most', () => {
    const ranking = new QuestionRanking();
    ranking.note(questionCalled('Rare'), { ...use, costMs: 200 }, 0);
    ranking.note(questionCalled('Frequent'), { ...use, requests: 100 }, 0);
    ranking.note(questionCalled('Cheap'), { ...use, requests: 100, costMs: 1 }, 0);
    expect(names(ranking, 3)).toEqual(['Frequent', 'Rare', 'Cheap']);
  });

  it('puts back what is seldom true any more when it is asked for', () => {
    const ranking = new QuestionRanking();
    ranking.note(questionCalled('Written'), { ...use, requests: 100, foundDead: 90 }, 0);
    ranking.note(questionCalled('Refreshed'), { ...use, requests: 100, refreshed: 300 }, 0);
    ranking.note(questionCalled('Steady'), { ...use, requests: 50 }, 0);
    expect(names(ranking, 3)).toEqual(['Steady', 'Refreshed', 'Written']);
    const written = ranking.find(questionCalled('Written').storeKey, 0);
    expect(written?.aliveRatio).toBeCloseTo(11 / 101);
  });

  it('forgets half of what it has seen in a half-life, over days as well', () => {
    const ranking = new QuestionRanking();
    const question = questionCalled('Old');
    ranking.note(question, { ...use, requests: 8 }, 0);
    expect(ranking.find(question.storeKey, halfLifeMs)?.weight).toBeCloseTo(4);
    ranking.note(question, { ...use, requests: 1 }, 3 * halfLifeMs);
    expect(ranking.find(question.storeKey, 3 * halfLifeMs)?.weight).toBeCloseTo(2);
    ranking.note(question, { ...use, requests: 3 }, 1_000 * halfLifeMs);
    expect(ranking.find(question.storeKey, 1_000 * halfLifeMs)?.weight).toBeCloseTo(3);
  });

  it('follows what an answer costs', () => {
    const ranking = new QuestionRanking();
    const question = questionCalled('Slower');
    for (let at = 0; at < 50; at += 1) ranking.note(question, { ...use, costMs: at < 10 ? 10 : 100 }, at);
    expect(ranking.find(question.storeKey, 50)?.costMs).toBeCloseTo(100, 1);
  });

  it('keeps the many-asked within its bounds, whatever passes by once', () => {
    const random = seededRandom(7);
    const ranking = new QuestionRanking(100);
    for (let at = 0; at < 20_000; at += 1) {
      const isHot = random() < 0.5;
      const name = isHot ? `Hot${Math.floor(random() * 50)}` : `Once${at}`;
      ranking.note(questionCalled(name), use, at);
      expect(ranking.count).toBeLessThanOrEqual(200);
    }
    const top = names(ranking, 50, 20_000);
    expect(top.every((name) => name.startsWith('Hot'))).toBe(true);
  });
});
