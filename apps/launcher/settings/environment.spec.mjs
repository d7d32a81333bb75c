import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary.mjs';
import { parseEnvFile, readSettings } from './environment.mjs';

describe('parseEnvFile', () => {
  it('reads plain, quoted and exported values', () => {
    const text = `
# a comment
PORT=3100
export HOST = 0.0.0.0
SINGLE='a # b'
DOUBLE="two\\nlines" # said why
TRAILING=value # said why
HASH=a#b
URL=postgres://u:p@h/d?x=y
`;
    expect(parseEnvFile(text)).toEqual({
      PORT: '3100',
      HOST: '0.0.0.0',
      SINGLE: 'a # b',
      DOUBLE: 'two\nlines',
      TRAILING: 'value',
      HASH: 'a#b',
      URL: 'postgres://u:p@h/d?x=y',
    });
  });

  it('takes a name without a value as not set', () => {
    expect(parseEnvFile('DATABASE_URL=\nREDIS_URL=""\nJWT_SECRET= # 32 characters\n')).toEqual({});
  });

  it('reads files with Windows line ends', () => {
    expect(parseEnvFile('PORT=1\r\nHOST=a\r\n')).toEqual({ PORT: '1', HOST: 'a' });
  });
});

describe('readSettings', () => {
  it('has defaults for all', () => {
    expect(readSettings('/checkout', {})).toMatchObject({
      dataDir: '/checkout/.data',
      host: '127.0.0.1',
      port: 3000,
      isDevelopment: true,
      databaseUrl: undefined,
      redisUrl: undefined,
    });
  });

  it('prefers the environment of the process to the .env file', () => {
    const root = temporaryFolder();
    writeFileSync(join(root, '.env'), 'PORT=3100\nHOST=::1\n');
    expect(readSettings(root, { PORT: '3200' })).toMatchObject({ port: 3200, host: '::1' });
  });

  it('takes a blank variable as not set', () => {
    expect(readSettings('/checkout', { DATABASE_URL: ' ', PORT: '' })).toMatchObject({
      databaseUrl: undefined,
      port: 3000,
    });
  });

  it('reads a relative data folder from the checkout', () => {
    expect(readSettings('/checkout', { DATA_DIR: 'elsewhere' }).dataDir).toBe('/checkout/elsewhere');
  });

  it.each(['abc', '70000', '-1', '3000.5', '0x10'])('refuses the port %s and names PORT', (port) => {
    expect(() => readSettings('/checkout', { PORT: port })).toThrow(`PORT is "${port}"`);
  });

  it('refuses a mode that nobody knows and names NODE_ENV', () => {
    expect(() => readSettings('/checkout', { NODE_ENV: 'prod' })).toThrow('NODE_ENV is "prod"');
  });

  it('generates nothing outside development', () => {
    expect(readSettings('/checkout', { NODE_ENV: 'production' }).isDevelopment).toBe(false);
    expect(readSettings('/checkout', { NODE_ENV: 'development' }).isDevelopment).toBe(true);
  });
});
