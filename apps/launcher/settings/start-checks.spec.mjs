import { describe, expect, it } from 'vitest';
import { readSettings } from './environment.mjs';
import { checkDatabaseNamed } from './start-checks.mjs';

describe('checkDatabaseNamed', () => {
  it('asks for DATABASE_URL outside development', () => {
    const settings = readSettings('/checkout', { NODE_ENV: 'production' });
    expect(() => checkDatabaseNamed(settings)).toThrow('DATABASE_URL is not set');
  });

  it('is content with none in development, and with one anywhere', () => {
    expect(() => checkDatabaseNamed(readSettings('/checkout', {}))).not.toThrow();
    const given = readSettings('/checkout', { NODE_ENV: 'production', DATABASE_URL: 'postgres://h/d' });
    expect(() => checkDatabaseNamed(given)).not.toThrow();
  });
});
