import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary.mjs';
import { buildHash, isBuildCurrent, isBuildInput, removeOlder } from './build.mjs';

function builtCheckout() {
  const root = temporaryFolder();
  const sources = join(root, 'apps', 'api', 'src');
  const output = join(root, 'dist', 'apps', 'api', 'src');
  for (const folder of [sources, output]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(sources, 'main.ts'), 'start()');
  writeFileSync(join(output, 'main.js'), 'start()');
  writeFileSync(join(root, 'dist', '.launcher-build-hash'), buildHash(root));
  return { root, sources, output };
}

describe('isBuildCurrent', () => {
  it('is true while no source has changed', () => {
    expect(isBuildCurrent(builtCheckout().root)).toBe(true);
  });

  it('is false after a source has changed', () => {
    const { root, sources } = builtCheckout();
    writeFileSync(join(sources, 'main.ts'), 'startDifferently()');
    expect(isBuildCurrent(root)).toBe(false);
  });

  it('is true after only a spec has changed, which is not built', () => {
    const { root, sources } = builtCheckout();
    writeFileSync(join(sources, 'main.spec.ts'), 'it()');
    expect(isBuildCurrent(root)).toBe(true);
  });

  it('is false where nothing was ever built', () => {
    expect(isBuildCurrent(temporaryFolder())).toBe(false);
  });
});

describe('isBuildInput', () => {
  it.each([
    ['apps/api/src/main.ts', false, true],
    ['apps/api/tsconfig.app.json', false, true],
    ['apps/api/src/v1.2', true, true],
    ['apps/launcher', true, false],
    ['apps/dashboard', true, false],
    ['apps/api/node_modules', true, false],
    ['apps/api/src/main.spec.ts', false, false],
    ['apps/api/README.md', false, false],
  ])('%s, folder %s: %s', (path, isFolder, expected) => {
    expect(isBuildInput(path, isFolder)).toBe(expected);
  });
});

describe('removeOlder', () => {
  it('removes the output of sources that are gone and keeps what was just written', () => {
    const { output } = builtCheckout();
    const nowMs = Date.now();
    writeFileSync(join(output, 'gone.js'), '');
    utimesSync(join(output, 'gone.js'), nowMs / 1000 - 3600, nowMs / 1000 - 3600);
    removeOlder(output, nowMs - 1_000);
    expect(readdirSync(output)).toEqual(['main.js']);
  });
});
