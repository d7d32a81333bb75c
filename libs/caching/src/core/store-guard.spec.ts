import { EventEmitter, once } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { CacheStoreFailed } from './cache-store-failed.js';
import { CircuitBreaker } from './circuit-breaker.js';
import type { Removals } from './owed-removals.js';
import { StoreGuard } from './store-guard.js';

class Refused extends Error {}

class Scene {
  nowMs = 0;
  readonly failures: CacheStoreFailed[] = [];
  readonly removed: Removals[] = [];
  remove: (removals: Removals) => Promise<void> = async (removals) => void this.removed.push(removals);
  readonly breaker = new CircuitBreaker({ failuresToOpen: 2, probeAfterMs: 1_000 });
  readonly guard = new StoreGuard(
    {
      remove: (removals) => this.remove(removals),
      isOutage: (error) => !(error instanceof Refused),
      onFailure: (failure) => void this.failures.push(failure),
    },
    this.breaker,
    { nowMs: () => this.nowMs },
    10_000,
  );

  async fail(error = new Error('away')): Promise<unknown> {
    return this.guard.attempt('set', 'without', async () => {
      throw error;
    });
  }
}

const answer = async () => 'answer';
const never = () => new Promise<never>(() => undefined);

describe('StoreGuard', () => {
  it('hands on the store’s answer', async () => {
    const { guard, failures } = new Scene();
    expect(await guard.attempt('get', 'without', answer)).toBe('answer');
    expect(failures).toEqual([]);
  });

  it('answers without the store when it fails, and tells why', async () => {
    const scene = new Scene();
    const cause = new Error('connection reset');
    expect(await scene.fail(cause)).toBe('without');
    expect(scene.failures).toMatchObject([
      { code: 'CACHE_STORE_FAILED', details: { operation: 'set' }, cause },
    ]);
  });

  it('does not ask a store that is away, but does ask one that only says no', async () => {
    const away = new Scene();
    for (let failures = 0; failures < 5; failures += 1) await away.fail();
    expect(away.failures).toHaveLength(2);
    const refusing = new Scene();
    for (let failures = 0; failures < 5; failures += 1) await refusing.fail(new Refused('full'));
    expect(refusing.failures).toHaveLength(5);
  });

  it('pays what is owed before it asks for anything, and once for all who wait', async () => {
    const { guard, removed } = new Scene();
    guard.owed.oweKeys('scope', ['a']);
    await Promise.all([guard.attempt('get', '', answer), guard.attempt('get', '', answer)]);
    expect(removed).toEqual([{ scopes: [], keys: ['a'] }]);
  });

  it('does not ask while it cannot pay, and goes on owing', async () => {
    const scene = new Scene();
    scene.guard.owed.oweScope('scope');
    const pay = scene.remove;
    scene.remove = async () => {
      throw new Refused('no');
    };
    let asked = 0;
    const ask = async () => {
      asked += 1;
      return 'answer';
    };
    expect(await scene.guard.attempt('get', 'without', ask)).toBe('without');
    scene.remove = pay;
    expect(await scene.guard.attempt('get', 'without', ask)).toBe('answer');
    expect(asked).toBe(1);
    expect(scene.removed).toEqual([{ scopes: ['scope'], keys: [] }]);
  });

  it('owes what is changed while the circuit is open', async () => {
    const scene = new Scene();
    const owe = () => scene.guard.owed.oweKeys('scope', ['a']);
    await scene.fail();
    await scene.fail();
    expect(await scene.guard.attempt('delete', 'without', answer, owe)).toBe('without');
    scene.nowMs = 1_000;
    expect(await scene.guard.attempt('get', 'without', answer)).toBe('answer');
    expect(scene.removed).toEqual([{ scopes: [], keys: ['a'] }]);
  });

  it('asks nothing for a caller who has been told already that it failed', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const scene = new Scene();
    const bell = new EventEmitter();
    scene.remove = async () => void (await once(bell, 'paid'));
    scene.guard.owed.oweKeys('scope', ['a']);
    let asked = 0;
    const outcome = scene.guard.attempt('set', 'without', async () => {
      asked += 1;
      return 'answer';
    });
    await vi.advanceTimersByTimeAsync(10_001);
    expect(await outcome).toBe('without');
    bell.emit('paid');
    expect(await scene.guard.attempt('get', 'without', answer)).toBe('answer');
    expect(asked).toBe(0);
  });

  it('does not give up a store that is slow and answers others meanwhile', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { guard, breaker, failures } = new Scene();
    const slow = Array.from({ length: 5 }, () => guard.attempt('get', 'without', never));
    await guard.attempt('get', 'without', answer);
    await vi.advanceTimersByTimeAsync(10_001);
    expect(await Promise.all(slow)).toEqual(slow.map(() => 'without'));
    expect(failures).toHaveLength(5);
    expect(breaker.state).toBe('closed');
  });
});
