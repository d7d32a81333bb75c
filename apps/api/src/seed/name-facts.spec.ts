import { describe, expect, it } from 'vitest';
import { factsOf } from './name-facts.js';

describe('factsOf', () => {
  it.each([
    ["Global Value Mid-Back Manager's Chair, Gray", { brand: 'Global', color: 'Gray' }],
    ['SAFCO Boltless Steel Shelving', { brand: 'Safco', color: 'Steel' }],
    ['Sanford Colorific Colored Pencils, 12/Box', { brand: 'Sanford', pack: '12 per box' }],
    ['Black Print Carbonless Snap-Off Rapid Letter, 8 1/2" x 7"', { color: 'Black' }],
    ['Hewlett-Packard Desktjet 6988DT Refurbished Printer', { brand: 'Hewlett-Packard' }],
    ['Konftel 250 Conference phone - Charcoal black', { brand: 'Konftel', color: 'Charcoal' }],
    ['Staples', { brand: 'Staples' }],
    ['Pencils set of 12, plain', { pack: '12 per set' }],
    ['Honeyed Walnut Frame', { color: 'Walnut' }],
    ['Stapler', {}],
  ])('of %j are %j', (name, facts) => {
    expect(factsOf(name)).toEqual(facts);
  });
});
