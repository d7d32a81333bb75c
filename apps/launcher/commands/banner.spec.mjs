import { describe, expect, it } from 'vitest';
import { bannerLines, originOf } from './banner.mjs';

const FACTS = {
  origin: 'http://127.0.0.1:3000',
  isDevelopment: true,
  services: { postgres: { kind: 'private', port: 5001 }, redis: { kind: 'private', port: 5002 } },
  root: '/checkout',
  dataDir: '/checkout/.data',
  accounts: [
    { role: 'staff', email: 'staff@example.com', password: 'one' },
    { role: 'customer', email: 'claire.gute@example.com', password: 'two' },
  ],
  generatedAdminToken: 'token',
};
const textOf = (facts) => bannerLines({ ...FACTS, ...facts }).join('\n');

describe('bannerLines', () => {
  it('gives scripts one line an account, after spaces only', () => {
    const text = textOf({});
    expect(text).toMatch(/^ *staff staff@example\.com \/ one$/m);
    expect(text).toMatch(/^ *customer claire\.gute@example\.com \/ two$/m);
    expect(text).toMatch(/^ *ADMIN_TOKEN token$/m);
  });

  it('says where everything runs and how to stop it', () => {
    const text = textOf({});
    expect(text).toContain('http://127.0.0.1:3000/graphql  (in a browser: GraphiQL)');
    expect(text).toContain('http://127.0.0.1:3000/health/ready');
    expect(text).toMatch(/PostgreSQL +embedded, 127\.0\.0\.1:5001/);
    expect(text).toMatch(/Redis +private redis-server, 127\.0\.0\.1:5002/);
    expect(text).toMatch(/Data +\.data\//);
    expect(text).toContain('Ctrl-C stops everything');
  });

  it('shows the host of a given service but not its password', () => {
    const postgres = { kind: 'given', url: 'postgres://me:sekret@db.example/shop' };
    const redis = { kind: 'given', url: 'redis://:sekret@cache.example' };
    const text = textOf({ services: { postgres, redis } });
    expect(text).toMatch(/PostgreSQL +given, db\.example:5432\/shop/);
    expect(text).toMatch(/Redis +given, cache\.example:6379/);
    expect(text).not.toContain('sekret');
  });

  it('says what it means to have no Redis', () => {
    const text = textOf({ services: { ...FACTS.services, redis: { kind: 'none' } } });
    expect(text).toMatch(/Redis +none: a single node/);
  });

  it('names no secret that it did not generate', () => {
    const text = textOf({ accounts: [], generatedAdminToken: undefined, isDevelopment: false });
    expect(text).not.toContain('ADMIN_TOKEN');
    expect(text).not.toContain('GraphiQL');
  });

  it('shows a data folder outside the checkout whole', () => {
    expect(textOf({ dataDir: '/var/lib/swiftlet' })).toMatch(/Data +\/var\/lib\/swiftlet$/m);
  });
});

describe('originOf', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:3000'],
    ['0.0.0.0', 'http://localhost:3000'],
    ['::', 'http://localhost:3000'],
    ['::1', 'http://[::1]:3000'],
  ])('of %s is %s', (host, origin) => {
    expect(originOf(host, 3000)).toBe(origin);
  });
});
