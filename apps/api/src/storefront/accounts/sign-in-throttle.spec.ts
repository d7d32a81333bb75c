import { describe, expect, it } from 'vitest';
import { TooManySignIns } from './accounts.errors.js';
import { MemoryFailureCounter, SignInThrottle, type FailureCounter } from './sign-in-throttle.js';

function throttleAt(clock: { nowMs: () => number }, shared?: FailureCounter): SignInThrottle {
  return new SignInThrottle(3, shared, new MemoryFailureCounter(clock));
}

const wrong = async () => undefined;
const right = async () => 'signed in';

describe('the sign-in throttle', () => {
  it('lets nobody in after so many failures, not even with the right password, for a minute', async () => {
    let nowMs = 0;
    const throttle = throttleAt({ nowMs: () => nowMs });
    for (let at = 0; at < 3; at += 1) expect(await throttle.attempt('a@b.c', '::1', wrong)).toBeUndefined();
    await expect(throttle.attempt('A@B.C', '::1', right)).rejects.toThrow(TooManySignIns);
    nowMs = 60_001;
    expect(await throttle.attempt('a@b.c', '::1', right)).toBe('signed in');
  });

  it('counts for the address and the client together', async () => {
    const throttle = throttleAt({ nowMs: () => 0 });
    for (let at = 0; at < 3; at += 1) await throttle.attempt('a@b.c', '::1', wrong);
    expect(await throttle.attempt('other@b.c', '::1', right)).toBe('signed in');
    expect(await throttle.attempt('a@b.c', '::2', right)).toBe('signed in');
  });

  it('takes attempts that are sent at once one after the other', async () => {
    const throttle = throttleAt({ nowMs: () => 0 });
    let tried = 0;
    let underWay = 0;
    const attempts = Array.from({ length: 10 }, () =>
      throttle.attempt('a@b.c', '::1', async () => {
        tried += 1;
        underWay += 1;
        expect(underWay).toBe(1);
        await Promise.resolve();
        underWay -= 1;
        return undefined;
      }),
    );
    const outcomes = await Promise.allSettled(attempts);
    expect(tried).toBe(3);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(7);
  });

  it('goes on after an attempt that broke', async () => {
    const throttle = throttleAt({ nowMs: () => 0 });
    const broken = throttle.attempt('a@b.c', '::1', async () => {
      throw new Error('The database is away.');
    });
    await expect(broken).rejects.toThrow('away');
    expect(await throttle.attempt('a@b.c', '::1', right)).toBe('signed in');
  });

  it('counts on its own node while the shared counter is away', async () => {
    const away: FailureCounter = {
      count: () => Promise.reject(new Error('Redis is away.')),
      add: () => Promise.reject(new Error('Redis is away.')),
    };
    const throttle = throttleAt({ nowMs: () => 0 }, away);
    for (let at = 0; at < 3; at += 1) await throttle.attempt('a@b.c', '::1', wrong);
    await expect(throttle.attempt('a@b.c', '::1', right)).rejects.toThrow(TooManySignIns);
  });
});

describe('the counter in memory', () => {
  it('forgets the oldest beyond ten thousand, so that a flood cannot fill the memory', async () => {
    const counter = new MemoryFailureCounter({ nowMs: () => 0 });
    for (let at = 0; at <= 10_000; at += 1) await counter.add(`key ${at}`);
    expect(await counter.count('key 0')).toBe(0);
    expect(await counter.count('key 1')).toBe(1);
    expect(await counter.count('key 10000')).toBe(1);
  });
});
