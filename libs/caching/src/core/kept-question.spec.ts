import { describe, expect, it } from 'vitest';
import { answerTo, questionCalled } from '../testing/answers.js';
import {
  hidesDocument,
  idOfQuestion,
  keptQuestion,
  mayHaveEffects,
  type AskedQuestion,
} from './kept-question.js';

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

describe(mayHaveEffects, () => {
  it.each([
    ['a mutation', '{"query":"mutation { buy }"}'],
    ['a mutation with an escaped letter', String.raw`{"query":"\u006dutation { buy }"}`],
    ['a mutation with an escaped letter in capitals', String.raw`{"query":"\u006Dutation { buy }"}`],
    ['a batch', '[{"query":"{ shop }"}]'],
    ['a batch behind white space', `${' \t\r\n'.repeat(40)}[{"query":"{ shop }"}]`],
    ['a batch behind a byte order mark', '\u{feff}[{"query":"{ shop }"}]'],
  ])('is true of %s', (_what, text) => {
    expect(mayHaveEffects(Buffer.from(text))).toBe(true);
  });

  it.each([
    ['a query', '{"query":"{ shop }"}'],
    [
      'a query with other letters escaped',
      String.raw`{"query":"{ shop(name: \"K\u00e4se \ud83e\uddc0\") }"}`,
    ],
  ])('is false of %s', (_what, text) => {
    expect(mayHaveEffects(Buffer.from(text))).toBe(false);
  });
});

describe(hidesDocument, () => {
  it('is true of a document that is named by its hash alone', () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'abc' } };
    expect(hidesDocument(Buffer.from(JSON.stringify({ extensions })))).toBe(true);
    expect(hidesDocument(Buffer.from(JSON.stringify({ query: '{ shop }', extensions })))).toBe(false);
  });
});

describe(idOfQuestion, () => {
  it('is short, whatever clients send', () => {
    const long = 'x'.repeat(10_000);
    const id = idOfQuestion({ method: 'GET', path: `/${long}`, accept: long, body: undefined });
    expect(id.length).toBeLessThan(200);
    const other = idOfQuestion({ method: 'GET', path: `/${long}`, accept: `${long}y`, body: undefined });
    expect(other).not.toBe(id);
  });
});
