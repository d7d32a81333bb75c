import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  corrections,
  editDistance,
  meantWords,
  searchQuery,
  searchWords,
  type WordMatch,
} from './product-search.js';

const match = (word: string, given: Partial<WordMatch> = {}): WordMatch => ({
  word,
  known: true,
  candidates: [],
  ...given,
});

describe('the words of a search', () => {
  it.each([
    ['Leather  CHAIR', ['leather', 'chair']],
    ['crème brûlée', ['creme', 'brulee']],
    [`"quoted" & 'single' | !not:* (x)`, ['quoted', 'single', 'not', 'x']],
    ['FUR-CH-10000454', ['fur', 'ch', '10000454']],
    ['Avery™ ®', ['avery']],
    ['ﬁle ＡＢＣ ½', ['file', 'abc', '1', '2']],
    ['chair chair Chair', ['chair']],
    ['日本 кресло', ['日本', 'кресло']],
    [' \t\n!? ', []],
  ])('%j are %j', (query, words) => {
    expect(searchWords(query)).toEqual(words);
  });

  it('are eight at most, of forty letters each', () => {
    const words = searchWords(`${'x'.repeat(100)} a b c d e f g h i j`);
    expect(words).toHaveLength(8);
    expect(words[0]).toHaveLength(40);
  });

  it('hold letters and digits only, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (query) => {
        for (const word of searchWords(query)) expect(word).toMatch(/^[\p{Letter}\p{Number}]+$/u);
      }),
      { seed: 3 },
    );
  });
});

describe('the distance of two words', () => {
  it.each([
    ['chair', 'chair', 0],
    ['chiar', 'chair', 1],
    ['bokcase', 'bookcase', 1],
    ['pritner', 'printer', 1],
    ['', 'abc', 3],
    ['ca', 'abc', 3],
    ['kitten', 'sitting', 3],
  ])('%s – %s is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it('is the same both ways, and nothing only between equals', () => {
    const word = fc.stringMatching(/^[abc]{0,6}$/);
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
      { seed: 4 },
    );
  });
});

describe('corrections', () => {
  it('are the nearest known words, all that are equally near', () => {
    expect(corrections('chiar', ['chair', 'char', 'table'])).toEqual(['chair', 'char']);
    expect(corrections('bokcase', ['bookcase', 'case'])).toEqual(['bookcase']);
  });

  it('are none for words so short that any letter makes another word', () => {
    expect(corrections('pne', ['pen', 'one'])).toEqual([]);
  });

  it('are none when nothing is near enough', () => {
    expect(corrections('qqqqqqqq', ['chair'])).toEqual([]);
  });
});

describe('what is meant', () => {
  it('is a known word itself, and the corrections of one that is not', () => {
    expect(
      meantWords([match('leather'), match('chiar', { known: false, candidates: ['chair', 'char'] })]),
    ).toEqual([['leather'], ['chair', 'char']]);
  });

  it('is nothing when one of the words means nothing', () => {
    expect(meantWords([match('chair'), match('qqqqqqq', { known: false })])).toBeUndefined();
  });
});

describe('the query that they become', () => {
  it('asks for all of the words, and for any of those that may stand for one another', () => {
    expect(searchQuery([[`'leather':*`], [`'chair':*`, `'char':*`]])).toBe(
      `('leather':*) & ('chair':* | 'char':*)`,
    );
  });

  it('passes over words that no document keeps', () => {
    expect(searchQuery([[''], [`'chair':*`]])).toBe(`('chair':*)`);
    expect(searchQuery([['']])).toBe('');
    expect(searchQuery([])).toBe('');
  });
});
