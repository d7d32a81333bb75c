import { describe, expect, it } from 'vitest';
import { asksHowItIs } from './own-state.js';

describe(asksHowItIs.name, () => {
  it.each(['/health/live', '/health/ready?verbose', '/metrics', '/metrics?name=a'])(
    'is true of %s',
    (url) => {
      expect(asksHowItIs(url)).toBe(true);
    },
  );

  it.each(['/', '/graphql', '/metrics/more', '/metricsandmore', '/healthy', '/api/metrics'])(
    'is false of %s',
    (url) => {
      expect(asksHowItIs(url)).toBe(false);
    },
  );
});
