import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { idOfQuestion, type AskedQuestion } from './kept-question.js';
import { QuestionNames } from './question-names.js';

function asking(text: string, accept?: string): AskedQuestion {
  return { method: 'POST', path: '/graphql', accept, body: Buffer.from(text) };
}

/** Two with one CRC-32, which anybody can find. */
const [one, other] = [3_987_540_913, 397_697_363].map(
  (id) => `{"query":"{ product(id: ${id}) { name } }"}`,
) as [string, string];

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

  it('keeps apart what only differs in how it is asked', () => {
    const names = new QuestionNames();
    const asked = asking('{"query":"{ a }"}', 'a');
    const name = names.nameOf(asked);
    expect(names.nameOf({ ...asked, accept: 'b' })).not.toBe(name);
    expect(names.nameOf({ ...asked, method: 'QUERY' })).not.toBe(name);
    expect(names.nameOf(asked)).toBe(name);
  });

  it('keeps apart what has the same checksum', () => {
    expect(crc32(one)).toBe(crc32(other));
    const names = new QuestionNames();
    for (const text of [one, other, one]) expect(names.nameOf(asking(text))).toBe(idOfQuestion(asking(text)));
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
