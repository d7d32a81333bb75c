import { describe, expect, it } from 'vitest';
import { questionCalled } from '../testing/answers.js';
import { HotAnswers } from './hot-answers.js';

const question = questionCalled('Hot');
const ranked = { question, weight: 100, costMs: 10, sizeBytes: 100, aliveRatio: 1 };
const hasEnded = () => true;

describe(HotAnswers, () => {
  it('takes what is often asked for and mostly true', () => {
    const hot = new HotAnswers();
    hot.choose([ranked, { ...ranked, weight: 5 }, { ...ranked, aliveRatio: 0.5 }]);
    expect(hot.count).toBe(1);
  });

  it('names an answer that has ended once a second at most, and says when there is more to come', () => {
    const hot = new HotAnswers();
    hot.choose([ranked]);
    expect(hot.takeEnded(hasEnded, 0)).toEqual({ ended: [question], hasMoreLater: false });
    expect(hot.takeEnded(hasEnded, 999)).toEqual({ ended: [], hasMoreLater: true });
    expect(hot.takeEnded(hasEnded, 1_000)).toEqual({ ended: [question], hasMoreLater: false });
  });

  it('leaves alone what is still true', () => {
    const hot = new HotAnswers();
    hot.choose([ranked]);
    expect(hot.takeEnded(() => false, 0)).toEqual({ ended: [], hasMoreLater: false });
  });
});
