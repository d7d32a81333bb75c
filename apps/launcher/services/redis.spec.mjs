import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary.mjs';
import { installAdvice } from './redis-package.mjs';
import { findRedis, redisConfig } from './redis.mjs';

describe('findRedis', () => {
  it('finds the first that can be executed', () => {
    const [plain, executable] = [temporaryFolder(), temporaryFolder()];
    for (const folder of [plain, executable]) writeFileSync(join(folder, 'redis-server'), '');
    chmodSync(join(plain, 'redis-server'), 0o644);
    chmodSync(join(executable, 'redis-server'), 0o755);
    const PATH = ['', plain, executable].join(delimiter);
    expect(findRedis({ PATH })).toBe(join(executable, 'redis-server'));
  });

  it('finds none on an empty PATH', () => {
    expect(findRedis({})).toBeUndefined();
  });
});

describe('redisConfig', () => {
  const options = { port: 7000, folder: '/my data/redis', password: 'secret', isDurable: true };

  it('listens on this machine alone, behind a password', () => {
    const lines = redisConfig(options).split('\n');
    expect(lines).toEqual(expect.arrayContaining(['bind 127.0.0.1', 'port 7000', 'requirepass secret']));
    expect(lines).toContain('dir "/my data/redis"');
  });

  it('keeps data for a start and none for a test', () => {
    expect(redisConfig(options)).toContain('appendonly yes');
    expect(redisConfig({ ...options, isDurable: false })).toContain('appendonly no');
  });
});

describe('installAdvice', () => {
  it.each([
    ['darwin', 'brew install redis'],
    ['linux', 'apt-get install redis-server'],
    ['win32', 'WSL'],
  ])('on %s names %s', (platform, text) => {
    expect(installAdvice(platform)).toContain(text);
  });
});
