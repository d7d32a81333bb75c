import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InvalidEnvironment, readEnvironment } from './env.js';

const minimal = { DATABASE_URL: 'postgres://user:hush@localhost/shop' };
const longSecret = 'a secret of more than thirty-two characters';

const credentials: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  varnish: { CDN_VARNISH_URLS: 'http://varnish:80' },
  fastly: { CDN_FASTLY_SERVICE_ID: 'shop', CDN_FASTLY_API_TOKEN: 'hush' },
  cloudflare: { CDN_CLOUDFLARE_ZONE_ID: 'zone', CDN_CLOUDFLARE_API_TOKEN: 'hush' },
  cloudfront: {
    CDN_CLOUDFRONT_DISTRIBUTION_ID: 'shop',
    CDN_AWS_ACCESS_KEY_ID: 'key',
    CDN_AWS_SECRET_ACCESS_KEY: 'hush',
  },
};

/** What .env.example says, empty values left out. */
function exampleVariables(): Record<string, string> {
  const text = readFileSync(new URL('../../../../.env.example', import.meta.url), 'utf8');
  const pairs = [...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  return Object.fromEntries(pairs);
}

describe(readEnvironment, () => {
  it('needs nothing but a database in development', () => {
    const env = readEnvironment(minimal);
    expect(env).toMatchObject({ PORT: 3000, HOST: '127.0.0.1', isDevelopment: true, CORS_ORIGINS: [] });
    expect(env.JWT_SECRET.length).toBeGreaterThanOrEqual(32);
  });

  it('generates another secret each time', () => {
    expect(readEnvironment(minimal).JWT_SECRET).not.toBe(readEnvironment(minimal).JWT_SECRET);
  });

  it('refuses to run in production without a secret', () => {
    expect(() => readEnvironment({ ...minimal, NODE_ENV: 'production' })).toThrow(/JWT_SECRET is missing/);
    expect(
      readEnvironment({ ...minimal, NODE_ENV: 'production', JWT_SECRET: longSecret }).isDevelopment,
    ).toBe(false);
  });

  it.each([
    ['PORT', 'http'],
    ['PORT', '70000'],
    ['DATABASE_URL', 'mysql://localhost/shop'],
    ['DATABASE_URL', 'hush'],
    ['REDIS_URL', 'localhost:6379'],
    ['JWT_SECRET', 'short'],
    ['LOG_LEVEL', 'loud'],
    ['NODE_ENV', 'staging'],
    ['REQUEST_TIMEOUT_MS', '-1'],
    ['GRAPHQL_MAX_BATCH', '1.5'],
  ])('names %s when it is %j, and never says the value', (name, value) => {
    const read = () => readEnvironment({ ...minimal, [name]: value });
    expect(read).toThrow(InvalidEnvironment);
    expect(read).toThrow(new RegExp(`${name} `));
    expect(read).not.toThrow(new RegExp(`"${value}"`));
  });

  it('says that a missing database is missing', () => {
    expect(() => readEnvironment({})).toThrow(/DATABASE_URL is missing/);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readEnvironment({ ...minimal, REDIS_URL: '', PORT: '' })).toMatchObject({ PORT: 3000 });
  });

  it.each([
    ['CORS_ORIGINS', 'nonsense'],
    ['CORS_ORIGINS', 'https://a.example/path'],
    ['TRUST_PROXY', 'nonsense'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['GRAPHQL_MAX_DEPTH', 'x'],
  ])('refuses %s=%s and names it', (name, value) => {
    expect(() => readEnvironment({ ...minimal, [name]: value })).toThrow(new RegExp(`${name} must be`));
  });

  it('reads lists without blanks', () => {
    const { CORS_ORIGINS } = readEnvironment({
      ...minimal,
      CORS_ORIGINS: 'https://a.example, ,https://b.example',
    });
    expect(CORS_ORIGINS).toEqual(['https://a.example', 'https://b.example']);
  });

  it('reads the accounts of development, and names the variable when they are none', () => {
    const accounts = [{ email: 'a@example.com', password: 'long enough', role: 'staff' }];
    expect(readEnvironment({ ...minimal, DEV_ACCOUNTS: JSON.stringify(accounts) }).DEV_ACCOUNTS).toEqual(
      accounts,
    );
    for (const wrong of ['{', '{}', '[{"email":"a@example.com","password":"secret!"}]']) {
      const read = () => readEnvironment({ ...minimal, DEV_ACCOUNTS: wrong });
      expect(read).toThrow(/DEV_ACCOUNTS must be a JSON array/);
      expect(read).not.toThrow(/secret/);
    }
    expect(() => readEnvironment({ ...minimal, SEED_SHIFT_TO_TODAY: 'maybe' })).toThrow(
      /SEED_SHIFT_TO_TODAY/,
    );
  });

  it.each(Object.entries(credentials))('needs all that %s is purged with', (vendor, needed) => {
    const whole = { ...minimal, REDIS_URL: 'redis://localhost', CDN_PURGE: vendor, ...needed };
    expect(readEnvironment(whole).CDN_PURGE).toBe(vendor);
    for (const name of [...Object.keys(needed), 'REDIS_URL'])
      expect(() => readEnvironment({ ...whole, [name]: '' })).toThrow(new RegExp(`${name} is missing`));
  });

  it('is described by .env.example, variable by variable and default by default', () => {
    const example = exampleVariables();
    const env = readEnvironment(minimal);
    const onlyOfTheLauncher = ['DATA_DIR'];
    const withoutDefault = ['DATABASE_URL', 'REDIS_URL', 'CACHE_REDIS_URL', 'JWT_SECRET', 'ADMIN_TOKEN'];
    withoutDefault.push('CDN_PURGE', ...Object.values(credentials).flatMap((each) => Object.keys(each)));
    withoutDefault.push('CDN_AWS_SESSION_TOKEN', 'METRICS_TOKEN', 'STATSD_URL', 'OTLP_TRACES_URL');
    const known = [...Object.keys(env).filter((name) => name !== 'isDevelopment'), ...withoutDefault];
    expect(new Set([...known, ...onlyOfTheLauncher])).toEqual(new Set(Object.keys(example)));
    const { NODE_ENV: _mode, ...defaults } = example;
    const fromExample = readEnvironment({ ...defaults, ...minimal, JWT_SECRET: longSecret });
    expect(fromExample).toEqual({ ...env, JWT_SECRET: longSecret });
  });
});
