import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary.mjs';
import { completeCredentials, loadCredentials } from './credentials.mjs';

describe('loadCredentials', () => {
  it('generates once and finds the same again', () => {
    const folder = temporaryFolder();
    const first = loadCredentials(folder);
    expect(loadCredentials(folder)).toEqual(first);
    expect(readdirSync(folder)).toEqual(['credentials.json']);
  });

  it('keeps the file to its owner', () => {
    const folder = temporaryFolder();
    loadCredentials(folder);
    expect(statSync(join(folder, 'credentials.json')).mode & 0o777).toBe(0o600);
  });

  it('generates secrets long enough for the API, all different', () => {
    const { jwtSecret, adminToken, postgresPassword, redisPassword } = loadCredentials(temporaryFolder());
    const secrets = [jwtSecret, adminToken, postgresPassword, redisPassword];
    expect(new Set(secrets).size).toBe(4);
    expect(Math.min(...secrets.map((secret) => secret.length))).toBeGreaterThanOrEqual(32);
  });

  it('generates passwords that stand in a URL and in SQL as they are', () => {
    expect(loadCredentials(temporaryFolder()).postgresPassword).toMatch(/^[\w-]+$/);
  });

  it('refuses a damaged file instead of replacing what it held', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'credentials.json'), '{"jwtSecret": "half');
    expect(() => loadCredentials(folder)).toThrow('credentials.json cannot be read as JSON');
    expect(readFileSync(join(folder, 'credentials.json'), 'utf8')).toBe('{"jwtSecret": "half');
  });
});

describe('completeCredentials', () => {
  it('keeps what is there and adds what an older version did not know', () => {
    const staff = { role: 'staff', email: 'staff@example.com', password: 'kept' };
    const completed = completeCredentials({ jwtSecret: 'kept', accounts: [staff] }, () => 'new');
    expect(completed).toMatchObject({ jwtSecret: 'kept', adminToken: 'new' });
    expect(completed.accounts.map(({ role, password }) => `${role} ${password}`)).toEqual([
      'staff kept',
      'admin new',
      'customer new',
    ]);
  });
});
