import { describe, expect, it } from 'vitest';
import { mayMatch, parseTextQuery } from './text-query.js';

const document = `'black':3C 'chair':2A,7C 'leather':1A 'o''neil':4 'office chair':5`;

const matches = (text: string) => {
  const query = parseTextQuery(text);
  if (query === undefined) throw new Error(`${text} is not understood`);
  return mayMatch(query, document);
};

describe(mayMatch.name, () => {
  it.each([
    [`'chair'`, true],
    [`'chai'`, false],
    [`'chai':*`, true],
    [`'hair':*`, false],
    [`'chair':AB`, true],
    [`'leather' & 'chair'`, true],
    [`'leather' & 'table'`, false],
    [`'table' | 'chair'`, true],
    [`'table' | 'lamp':*`, false],
    [`( 'table' | 'chair' ) & 'red'`, false],
    [`'table' | 'lamp' & 'chair'`, false],
    [`'red' & 'chair' | 'black'`, true],
    [`'leather' <-> 'table'`, false],
    [`'leather' <2> 'chair'`, true],
  ])('of %s is %s', (text, expected) => {
    expect(matches(text)).toBe(expected);
  });

  it('cannot tell what must not be there, nor where it stands', () => {
    for (const text of [
      `!'chair'`,
      `!!'table'`,
      `'chair' & !( 'leather' | 'black' )`,
      `'chair' <-> 'leather'`,
    ])
      expect(matches(text), text).toBe(true);
    expect(matches(`'table' | !'lamp'`)).toBe(true);
  });

  it('looks at one condition of each alternative only', () => {
    expect(matches(`'table' | 'chair' & 'red'`)).toBe(true);
  });

  it('does not take a part of a lexeme for one', () => {
    expect(mayMatch([[" 'chair'"]], `'a ''chair''':1`)).toBe(false);
    expect(mayMatch([[" 'chair"]], `'a ''chair''':1`)).toBe(false);
    expect(mayMatch([[" 'chair"]], `'a''b ''chair':1`)).toBe(false);
  });
});

describe(parseTextQuery.name, () => {
  it.each([
    'chair',
    `'o''neil'`,
    `'a\\\\b'`,
    `'chair`,
    `'chair' 'table'`,
    `'chair' &`,
    `( 'chair'`,
    `'chair' )`,
    `!`,
    `'chair'\u00A0& 'table'`,
    `'chair':1`,
    '',
    ' ',
  ])('does not guess at %j', (text) => {
    expect(parseTextQuery(text)).toBeUndefined();
  });
});
