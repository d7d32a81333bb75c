import { describe, expect, it } from 'vitest';
import { slugOf } from './slug.js';

describe('slugOf', () => {
  it.each([
    ['Bottles & Cages', 'bottles-cages'],
    ['  Crème brûlée  ', 'creme-brulee'],
    ['自行车', '自行车'],
    ['เสื้อ', 'เสื้อ'],
    ['!!!', ''],
  ])('makes %j into %j', (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });
});
