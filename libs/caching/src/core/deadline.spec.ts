import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Deadline, DeadlinePassed } from './deadline.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new Promise<never>(() => undefined);

describe('Deadline', () => {
  it('hands on what work answers in time', async () => {
    const deadline = new Deadline(250);
    expect(await deadline.bound(Promise.resolve('answer'))).toBe('answer');
    await expect(deadline.bound(Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(vi.getTimerCount()).toBe(0);
    expect(() => deadline.check()).not.toThrow();
  });

  it('gives up, and tells the work that is still under way', async () => {
    const deadline = new Deadline(250);
    const outcome = deadline.bound(never).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(249);
    expect(() => deadline.check()).not.toThrow();
    await vi.advanceTimersByTimeAsync(2);
    expect(await outcome).toEqual(new DeadlinePassed(250));
    expect(() => deadline.check()).toThrow(DeadlinePassed);
  });
});

describe('a deadline in a busy process', () => {
  it('takes no good server for a hung one: an answer that has come meanwhile is read first', async () => {
    vi.useRealTimers();
    const server = createServer((socket) => void socket.end('answer')).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const answer = new Deadline(20).bound(once(socket, 'data'));
    const busyUntilMs = performance.now() + 100;
    while (performance.now() < busyUntilMs);
    expect(String(await answer)).toBe('answer');
  });
});
