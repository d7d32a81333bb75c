import { describe, expect, it } from 'vitest';
import { OwedRemovals } from './owed-removals.js';

describe('OwedRemovals', () => {
  it('owes nothing at first, and nothing after all was taken', () => {
    const owed = new OwedRemovals(10);
    expect(owed.isEmpty).toBe(true);
    owed.oweKeys('prices', ['a']);
    owed.takeAll();
    expect(owed.isEmpty).toBe(true);
  });

  it('owes each key once', () => {
    const owed = new OwedRemovals(10);
    owed.oweKeys('prices', ['a', 'b']);
    owed.oweKeys('prices', ['a']);
    expect(owed.takeAll()).toEqual({ scopes: [], keys: ['a', 'b'] });
  });

  it('owes no single key of a scope that is owed as a whole', () => {
    const owed = new OwedRemovals(10);
    owed.oweScope('prices');
    owed.oweKeys('prices', ['a']);
    expect(owed.takeAll()).toEqual({ scopes: ['prices'], keys: [] });
  });

  it('owes the whole scope when there are more keys than it remembers', () => {
    const owed = new OwedRemovals(2);
    owed.oweKeys('prices', ['a', 'b', 'c', 'd']);
    expect(owed.takeAll()).toEqual({ scopes: ['prices'], keys: ['a', 'b'] });
  });

  it('owes again what is given back, beside what came meanwhile', () => {
    const owed = new OwedRemovals(10);
    owed.oweKeys('prices', ['a']);
    owed.oweScope('stock');
    const taken = owed.takeAll();
    owed.oweKeys('prices', ['b']);
    owed.giveBack(taken);
    expect(owed.takeAll()).toEqual({ scopes: ['stock'], keys: ['b', 'a'] });
  });
});
