import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBreaker, type CircuitPermit } from './circuit-breaker.js';

const options = { failuresToOpen: 3, probeAfterMs: 1_000 };

function entered(breaker: CircuitBreaker, nowMs: number): CircuitPermit {
  const permit = breaker.tryEnter(nowMs);
  if (permit === undefined) throw new Error('The circuit breaker refused.');
  return permit;
}

function opened(atMs = 0): CircuitBreaker {
  const breaker = new CircuitBreaker(options);
  for (let failures = 0; failures < 3; failures += 1) breaker.fail(entered(breaker, atMs), atMs);
  return breaker;
}

describe('CircuitBreaker', () => {
  it('lets everything through while nothing fails', () => {
    const breaker = new CircuitBreaker(options);
    breaker.succeed(entered(breaker, 0), 0);
    expect(breaker.state).toBe('closed');
  });

  it('opens after failures in a row, not after as many with a success between them', () => {
    const breaker = new CircuitBreaker(options);
    breaker.fail(entered(breaker, 0), 0);
    breaker.fail(entered(breaker, 0), 0);
    breaker.succeed(entered(breaker, 0), 0);
    breaker.fail(entered(breaker, 0), 0);
    breaker.fail(entered(breaker, 0), 0);
    expect(breaker.state).toBe('closed');
    breaker.fail(entered(breaker, 0), 0);
    expect(breaker.state).toBe('open');
  });

  it('refuses while open, then lets one probe through', () => {
    const breaker = opened();
    expect(breaker.tryEnter(999)).toBeUndefined();
    expect(breaker.tryEnter(1_000)).toBeDefined();
    expect(breaker.state).toBe('half-open');
    expect(breaker.tryEnter(1_000)).toBeUndefined();
  });

  it('closes when the probe succeeds', () => {
    const breaker = opened();
    breaker.succeed(entered(breaker, 1_000), 1_010);
    expect(breaker.state).toBe('closed');
    expect(breaker.tryEnter(1_010)).toBeDefined();
  });

  it('stays open for another while when the probe fails, counted from its failure', () => {
    const breaker = opened();
    breaker.fail(entered(breaker, 1_000), 1_250);
    expect(breaker.tryEnter(2_249)).toBeUndefined();
    expect(breaker.tryEnter(2_250)).toBeDefined();
  });

  it('does not open again because of what began before it closed', () => {
    const breaker = new CircuitBreaker(options);
    const late = [entered(breaker, 0), entered(breaker, 0), entered(breaker, 0), entered(breaker, 0)];
    for (const permit of late.slice(0, 3)) breaker.fail(permit, 250);
    breaker.succeed(entered(breaker, 1_250), 1_260);
    for (const permit of late) breaker.fail(permit, 1_270);
    expect(breaker.state).toBe('closed');
  });

  it('does not close because of what began before it opened', () => {
    const breaker = new CircuitBreaker(options);
    const slow = entered(breaker, 0);
    for (let failures = 0; failures < 3; failures += 1) breaker.fail(entered(breaker, 0), 0);
    breaker.succeed(slow, 10);
    expect(breaker.state).toBe('open');
  });

  it('gives up a probe that never reports', () => {
    const breaker = opened();
    breaker.tryEnter(1_000);
    expect(breaker.tryEnter(1_999)).toBeUndefined();
    expect(breaker.tryEnter(2_000)).toBeDefined();
  });

  it('probes at once when the clock was set back', () => {
    expect(opened(1_000_000).tryEnter(0)).toBeDefined();
  });

  it('never lets two through within the probing time unless it is closed, whatever happens', () => {
    const step = fc.record({
      afterMs: fc.nat({ max: 1_500 }),
      outcome: fc.constantFrom('succeed', 'fail', 'nothing'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const breaker = new CircuitBreaker(options);
        let nowMs = 0;
        let probedAtMs = Number.NEGATIVE_INFINITY;
        for (const { afterMs, outcome } of steps) {
          nowMs += afterMs;
          const wasClosed = breaker.state === 'closed';
          const permit = breaker.tryEnter(nowMs);
          if (permit === undefined) continue;
          if (!wasClosed) {
            expect(nowMs - probedAtMs).toBeGreaterThanOrEqual(options.probeAfterMs);
            probedAtMs = nowMs;
          }
          if (outcome === 'succeed') {
            breaker.succeed(permit, nowMs);
            probedAtMs = Number.NEGATIVE_INFINITY;
          } else if (outcome === 'fail') breaker.fail(permit, nowMs);
        }
      }),
    );
  });
});
