import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from './port.mjs';
import { checkReachable, parseServiceUrl } from './service-url.mjs';

describe('parseServiceUrl', () => {
  it.each([
    ['DATABASE_URL', 'postgres://me:sekret@db.example:6000/shop', 'db.example', 6000, 'db.example:6000/shop'],
    ['DATABASE_URL', 'postgresql://db.example/shop', 'db.example', 5432, 'db.example:5432/shop'],
    ['DATABASE_URL', 'postgres://[::1]/shop', '::1', 5432, '[::1]:5432/shop'],
    ['DATABASE_URL', 'postgres:///shop', '127.0.0.1', 5432, '127.0.0.1:5432/shop'],
    ['REDIS_URL', 'rediss://:sekret@cache.example', 'cache.example', 6379, 'cache.example:6379'],
  ])('%s %s', (variable, url, host, port, label) => {
    expect(parseServiceUrl(variable, url)).toEqual({ host, port, label });
  });

  it('finds the Unix socket that a PostgreSQL URL names', () => {
    const url = 'postgres:///shop?host=/var/run/postgresql';
    expect(parseServiceUrl('DATABASE_URL', url).socketPath).toBe('/var/run/postgresql/.s.PGSQL.5432');
  });

  it.each(['nonsense', 'mysql://me:sekret@h/d', ''])(
    'names the variable, not the value, for "%s"',
    (value) => {
      const parse = () => parseServiceUrl('DATABASE_URL', value);
      expect(parse).toThrow(/^DATABASE_URL is not a postgres:\/\/ URL/);
      expect(parse).not.toThrow(/sekret/);
    },
  );
});

describe('checkReachable', () => {
  it('is content when something listens', async () => {
    const server = createServer((socket) => socket.end());
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => server.close());
    await expect(
      checkReachable('REDIS_URL', `redis://127.0.0.1:${server.address().port}`),
    ).resolves.toBeUndefined();
  });

  it('says in one line where nothing answers and how to do without, but no password', async () => {
    const port = await freePort();
    const error = await checkReachable('DATABASE_URL', `postgres://me:sekret@127.0.0.1:${port}/shop`).catch(
      (caught) => caught,
    );
    expect(error.code).toBe('UNREACHABLE_DATABASE_URL');
    expect(error.message).toContain(`DATABASE_URL names 127.0.0.1:${port}/shop`);
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.message).not.toContain('sekret');
    expect(error.message).not.toContain('\n');
  });
});
