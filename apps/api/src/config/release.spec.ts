import { describe, expect, it } from 'vitest';
import { releaseOf } from './release.js';

describe('releaseOf', () => {
  it('is the same for the same code and another one for other code', () => {
    expect(releaseOf()).toBe(releaseOf());
    expect(releaseOf(['apps/api/src/config'])).not.toBe(releaseOf(['apps/api/src/http']));
    expect(releaseOf()).toMatch(/^[\w-]{16}$/);
  });
});
