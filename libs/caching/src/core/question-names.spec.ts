import { describe, expect, it } from 'vitest';
import { idOfQuestion, type AskedQuestion } from './kept-question.js';
import { QuestionNames } from './question-names.js';

function asking(text: string, accept?: string): AskedQuestion {
  return { method: 'POST', path: '/graphql', accept, body: Buffer.from(text) };
}

describe(QuestionNames, () => {
  it('gives a question the same name whether it remembers it or not', () => {
    const names = new QuestionNames();
    for (const text of ['{"query":"{ a }"}', '{"query":"{ ä }"}', `{"query":"${'a'.repeat(3_000)}"}`])
      for (const accept of [undefined, '*/*']) {
        const asked = asking(text, accept);
        expect(names.nameOf(asked)).toBe(idOfQuestion(asked));
        expect(names.nameOf(asked)).toBe(idOfQuestion(asked));
      }
  });

  it('keeps apart what a header could make look alike', () => {
    const names = new QuestionNames();
    const name = names.nameOf(asking('b c', 'a'));
    expect(names.nameOf(asking('c', 'a b'))).not.toBe(name);
    expect(names.nameOf(asking('a\nb c', ''))).not.toBe(name);
    expect(names.nameOf({ ...asking('b c', 'a'), method: 'QUERY' })).not.toBe(name);
  });

  it('keeps bytes apart that are no text', () => {
    const names = new QuestionNames();
    const ofByte = (byte: number) => names.nameOf({ ...asking(''), body: Buffer.from([byte]) });
    expect(new Set([0x80, 0xc4, 0xe4, 0xff].map(ofByte)).size).toBe(4);
  });

  it('has no name for what may have effects, asked once or again', () => {
    const names = new QuestionNames();
    for (const text of [
      '{"query":"mutation { pay }"}',
      '{"query":"subscription { at }"}',
      '[{"query":"{ a }"}]',
    ])
      for (let times = 0; times < 2; times += 1) expect(names.nameOf(asking(text))).toBeUndefined();
  });

  it('names a question by its address where it has no body', () => {
    const asked = { method: 'GET', path: '/graphql?query={a}', accept: undefined, body: undefined };
    expect(new QuestionNames().nameOf(asked)).toBe(idOfQuestion(asked));
  });

  it('forgets, and names rightly what it has forgotten', () => {
    const names = new QuestionNames();
    const first = asking('{"query":"{ first }"}');
    const name = names.nameOf(first);
    for (let at = 0; at < 2_000; at += 1) names.nameOf(asking(`{"query":"{ a${at} }"}`));
    expect(names.nameOf(first)).toBe(name);
  });
});
