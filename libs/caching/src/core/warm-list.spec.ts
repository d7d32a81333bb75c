import { describe, expect, it } from 'vitest';
import { chanceOfUse, isWorthWarming } from './warm-list.js';

describe(isWorthWarming, () => {
  it('holds for what will very likely be asked for while it is true', () => {
    expect(isWorthWarming({ weight: 5, aliveRatio: 1 })).toBe(true);
    expect(isWorthWarming({ weight: 1, aliveRatio: 1 })).toBe(false);
    expect(isWorthWarming({ weight: 1_000, aliveRatio: 0.5 })).toBe(false);
  });

  it('goes by a chance that grows with the requests and never passes that of being true', () => {
    expect(chanceOfUse({ weight: 0, aliveRatio: 1 })).toBe(0);
    expect(chanceOfUse({ weight: 1, aliveRatio: 1 })).toBeCloseTo(0.5);
    expect(chanceOfUse({ weight: 1e6, aliveRatio: 0.3 })).toBeCloseTo(0.3);
  });
});
