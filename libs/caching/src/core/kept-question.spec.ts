import { describe, expect, it } from 'vitest';
import { answerTo, questionCalled } from '../testing/answers.js';
import { keptQuestion, type AskedQuestion } from './kept-question.js';

const asked: AskedQuestion = {
  method: 'POST',
  path: '/graphql',
  accept: undefined,
  body: Buffer.from('{"query":"query Product { shop }"}'),
};

describe(keptQuestion, () => {
  it('keeps what was asked and, where it matters, by which role', () => {
    expect(keptQuestion(asked, answerTo(questionCalled('Product')))).toMatchObject({
      body: '{"query":"query Product { shop }"}',
      role: undefined,
    });
    expect(keptQuestion(asked, answerTo(questionCalled('Costs', 'staff')))?.role).toBe('staff');
  });

  it('keeps nothing of an answer that is for one user or tenant', () => {
    for (const scope of ['tenant', 'user'] as const)
      expect(keptQuestion(asked, { ...answerTo(questionCalled('Me')), scope })).toBeUndefined();
  });

  it('keeps no question that is large', () => {
    const answer = answerTo(questionCalled('Product'));
    expect(keptQuestion({ ...asked, body: Buffer.alloc(8_193) }, answer)).toBeUndefined();
    expect(keptQuestion({ ...asked, method: 'GET', path: 'x'.repeat(8_193) }, answer)).toBeUndefined();
  });
});
