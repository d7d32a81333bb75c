import { describe, expect, it } from 'vitest';
import { shouldRefreshEarly } from './early-refresh.js';

const draw = { nowMs: 900, freshUntilMs: 1000, computeMs: 50, beta: 1, random: 0.5 };

describe('an early refresh', () => {
  it('is the more likely the nearer the expiry: the chance is e^(−left / cost)', () => {
    // 100 ms are left at 50 ms a computation: the draw must lie below e^-2 = 0.1353.
    expect(shouldRefreshEarly({ ...draw, random: 0.135 })).toBe(true);
    expect(shouldRefreshEarly({ ...draw, random: 0.136 })).toBe(false);
  });

  it('comes earlier for what is dear, and for a greater beta', () => {
    expect(shouldRefreshEarly({ ...draw, random: 0.3 })).toBe(false);
    expect(shouldRefreshEarly({ ...draw, random: 0.3, computeMs: 100 })).toBe(true);
    expect(shouldRefreshEarly({ ...draw, random: 0.3, beta: 2 })).toBe(true);
  });

  it('is due in any case once the entry has expired', () => {
    expect(shouldRefreshEarly({ ...draw, nowMs: 1000, random: 0.999, computeMs: 0 })).toBe(true);
  });

  it('never comes for what costs nothing', () => {
    expect(shouldRefreshEarly({ ...draw, computeMs: 0, random: 0 })).toBe(false);
  });
});
