import { describe, expect, it } from 'vitest';
import { readSettings } from '../settings/environment.mjs';
import { attach } from './api-command.mjs';

const running = {
  pid: 4711,
  identity: 'x',
  command: 'start',
  databaseUrl: 'postgres://d',
  redisUrl: 'redis://r',
};

describe('attach', () => {
  it('uses the services of the start that runs', () => {
    const env = attach(running, readSettings('/checkout', {}));
    expect(env).toEqual({ DATABASE_URL: 'postgres://d', REDIS_URL: 'redis://r' });
  });

  it('prefers what the user names', () => {
    const env = attach(running, readSettings('/checkout', { DATABASE_URL: 'postgres://mine' }));
    expect(env).toEqual({ DATABASE_URL: 'postgres://mine', REDIS_URL: 'redis://r' });
  });

  it('does without Redis where the start does', () => {
    const { redisUrl: _, ...withoutRedis } = running;
    expect(attach(withoutRedis, readSettings('/checkout', {}))).toEqual({ DATABASE_URL: 'postgres://d' });
  });

  it('asks for patience while the start is not serving yet', () => {
    const { databaseUrl: _, ...starting } = running;
    expect(() => attach(starting, readSettings('/checkout', {}))).toThrow('"start" (pid 4711)');
  });
});
