import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../test/support/seeded-random.js';
import { answerTo, questionCalled } from '../testing/answers.js';
import { ShadowCheck, type ShadowCheckParts } from './shadow-check.js';

const answer = answerTo(questionCalled('Product'), '{"data":{"price":1}}');

function newCheck(overrides: Partial<ShadowCheckParts> = {}): ShadowCheck {
  return new ShadowCheck({
    sampleRatio: 1,
    askAgain: () => Promise.resolve({ status: 200, body: Buffer.from(answer.body) }),
    isTrue: () => true,
    isBusy: () => false,
    nowMs: () => 5_000,
    pause: () => Promise.resolve(),
    random: () => 0.5,
    ...overrides,
  });
}

const askAgain = () => Promise.resolve({ status: 200, body: Buffer.from('{"data":{"price":2}}') });

describe(ShadowCheck, () => {
  it('finds nothing where the answer made again is the same', async () => {
    const check = newCheck();
    await check.check(answer);
    expect(check.figures).toMatchObject({ compared: 1, stale: 0, stalenessRatio: 0 });
  });

  it('reports an answer that is held true and is not, with what was served and what should have been', async () => {
    const check = newCheck({ askAgain });
    await check.check(answer);
    expect(check.figures).toMatchObject({ compared: 1, stale: 1, stalenessRatio: 1 });
    expect(check.figures.lastDifferences).toMatchObject([
      { operation: 'Product', ageMs: 5_000, served: '{"data":{"price":1}}', fresh: '{"data":{"price":2}}' },
    ]);
  });

  it('reports no difference that a write explains, also one that becomes known a moment later', async () => {
    let isTrue = true;
    const pause = () => {
      isTrue = false;
      return Promise.resolve();
    };
    const check = newCheck({ askAgain, isTrue: () => isTrue, pause });
    await check.check(answer);
    expect(check.figures).toMatchObject({ compared: 0, stale: 0, undecided: 1 });
  });

  it('decides nothing where the answer cannot be made again', async () => {
    const check = newCheck({ askAgain: () => Promise.reject(new Error('closing')) });
    await check.check(answer);
    const failing = newCheck({ askAgain: () => Promise.resolve({ status: 500, body: Buffer.alloc(0) }) });
    await failing.check(answer);
    expect([check.figures.undecided, failing.figures.undecided]).toEqual([1, 1]);
  });

  it('takes its share of hits and none of answers that only one user may see', () => {
    let asked = 0;
    const counting = () => {
      asked += 1;
      return Promise.reject(new Error('enough'));
    };
    const check = newCheck({ sampleRatio: 1, askAgain: counting });
    check.hit({ ...answer, question: undefined });
    expect(asked).toBe(0);
    check.hit(answer);
    expect(asked).toBe(1);
  });

  it('samples at the rate that it is given, and nothing at none', () => {
    const random = seededRandom(3);
    let looks = 0;
    const isBusy = () => {
      looks += 1;
      return true;
    };
    const check = newCheck({ sampleRatio: 0.01, random, isBusy });
    for (let at = 0; at < 100_000; at += 1) check.hit(answer);
    expect(looks).toBeGreaterThan(850);
    expect(looks).toBeLessThan(1_150);
    const off = newCheck({ sampleRatio: 0, isBusy: () => expect.unreachable() });
    for (let at = 0; at < 1_000; at += 1) off.hit(answer);
  });

  it('stands back while the machine is needed', async () => {
    const check = newCheck({ isBusy: () => true, askAgain: () => expect.unreachable() });
    check.hit(answer);
    await Promise.resolve();
    expect(check.figures.compared).toBe(0);
  });
});
