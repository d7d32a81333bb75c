import { describe, expect, it } from 'vitest';
import { RecentMap } from './recent-map.js';

describe('RecentMap', () => {
  it('drops what was not used for longest', () => {
    const map = new RecentMap<number>(2);
    map.set('a', 1).set('b', 2);
    map.get('a');
    map.set('c', 3);
    expect([...map]).toEqual([
      ['a', 1],
      ['c', 3],
    ]);
  });

  it('takes a second value of a key in the place of the first', () => {
    const map = new RecentMap<number>(2);
    map.set('a', 1).set('b', 2).set('a', 3);
    expect([...map]).toEqual([
      ['b', 2],
      ['a', 3],
    ]);
  });

  it('is a Map, which is how Keyv knows what to do with it', () => {
    expect(new RecentMap(1)).toBeInstanceOf(Map);
  });
});
