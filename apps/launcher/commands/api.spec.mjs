import { describe, expect, it } from 'vitest';
import { readSettings } from '../settings/environment.mjs';
import { completeCredentials } from '../settings/credentials.mjs';
import { apiEnvironment, isRoutine, wholeLines, refusalIn } from './api.mjs';

const credentials = completeCredentials({}, () => 'generated');
const runWith = (env) => ({ env, settings: readSettings('/checkout', env) });

describe('apiEnvironment', () => {
  it('fills in what the user did not give', () => {
    const env = apiEnvironment(runWith({}), credentials, { DATABASE_URL: 'postgres://private' });
    expect(env).toMatchObject({
      JWT_SECRET: 'generated',
      ADMIN_TOKEN: 'generated',
      DATABASE_URL: 'postgres://private',
      NODE_ENV: 'development',
      HOST: '127.0.0.1',
      PORT: '3000',
    });
    expect(JSON.parse(env.DEV_ACCOUNTS).map(({ role }) => role)).toEqual(['staff', 'admin', 'customer']);
  });

  it('lets the secrets of the user win', () => {
    const given = { JWT_SECRET: 'mine', ADMIN_TOKEN: '', DEV_ACCOUNTS: '[]' };
    const env = apiEnvironment(runWith(given), credentials, {});
    expect(env).toMatchObject({ JWT_SECRET: 'mine', ADMIN_TOKEN: 'generated', DEV_ACCOUNTS: '[]' });
  });

  it('adds no secret and no account in production', () => {
    const env = apiEnvironment(runWith({ NODE_ENV: 'production' }), undefined, {});
    expect(Object.keys(env).toSorted()).toEqual(['HOST', 'NODE_ENV', 'PORT']);
  });
});

describe('wholeLines', () => {
  it('holds a line back until it is whole', () => {
    const shown = [];
    const take = wholeLines((lines) => shown.push(lines));
    take('{"level":30');
    take('}\nsecond\nthi');
    take('rd\n');
    expect(shown).toEqual([['{"level":30}', 'second'], ['third']]);
  });
});

describe('isRoutine', () => {
  it('is what nobody has to act on', () => {
    expect(isRoutine('{"level":30,"msg":"route mapped"}')).toBe(true);
    expect(isRoutine('{"level":40,"msg":"JWT_SECRET was generated"}')).toBe(false);
    expect(isRoutine('Error: a plain line')).toBe(false);
  });
});

describe('refusalIn', () => {
  it('is what the command line says of giving up, without its own name', () => {
    expect(refusalIn('swiftlet: DATABASE_URL cannot be used: no such database.')).toBe(
      'DATABASE_URL cannot be used: no such database.',
    );
    expect(refusalIn('seed: 1,894 products')).toBeUndefined();
  });
});
