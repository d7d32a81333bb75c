import { describe, expect, it } from 'vitest';
import { answerTo, questionCalled } from '../testing/answers.js';
import { AnswerUses } from './answer-uses.js';
import { OperationStatistics } from './operation-statistics.js';
import { QuestionRanking } from './question-ranking.js';

const question = questionCalled('Product');
const turn = () => Promise.resolve();

function newUses(): AnswerUses {
  return new AnswerUses(new QuestionRanking(), new OperationStatistics(), () => 0);
}

describe(AnswerUses, () => {
  it('collects each hit once, from memory or when the answer leaves', async () => {
    const uses = newUses();
    const answer = answerTo(question);
    uses.kept(answer, { by: 'somebody', replacesDead: false });
    answer.hits = 5;
    await uses.collect([['key', answer]], turn);
    await uses.collect([['key', answer]], turn);
    answer.hits = 7;
    uses.gone(answer);
    expect(uses.statistics.figures()).toMatchObject([{ requests: 8, hits: 7 }]);
    expect(uses.ranking.find(question.storeKey, 0)?.weight).toBe(8);
  });

  it('tells what has grown, once', () => {
    const uses = newUses();
    uses.kept(answerTo(question), { by: 'somebody', replacesDead: false });
    expect(uses.takeGrowth()).toMatchObject([{ question, savedMs: 10, costMs: 10, aliveRatio: 1 }]);
    expect(uses.takeGrowth()).toEqual([]);
  });

  it('takes nothing that it has asked itself for a request', () => {
    const uses = newUses();
    uses.kept(answerTo(question), { by: 'ourselves', replacesDead: false });
    expect(uses.statistics.figures()).toEqual([]);
    expect(uses.takeGrowth()).toEqual([]);
  });

  it('tells which of the answers made ahead somebody has asked for', async () => {
    const uses = newUses();
    const [used, wasted, waiting] = [answerTo(question), answerTo(question), answerTo(question)];
    uses.kept(used, { by: 'ourselves', replacesDead: false });
    uses.kept(wasted, { by: 'ourselves', replacesDead: true });
    uses.adopted(waiting, 'ourselves');
    used.hits = 3;
    await uses.collect(
      [used, waiting].map((answer) => ['key', answer] as const),
      turn,
    );
    uses.gone(used);
    uses.gone(wasted);
    expect(uses.warmFigures).toEqual({ made: 2, recalled: 1, used: 1, wasted: 1 });
  });

  it('learns nothing of what belongs to one user', () => {
    const uses = newUses();
    const answer = { ...answerTo(question), question: undefined };
    answer.hits = 10;
    uses.kept(answer, { by: 'somebody', replacesDead: false });
    uses.gone(answer);
    expect(uses.ranking.count).toBe(0);
    expect(uses.takeGrowth()).toEqual([]);
  });
});
