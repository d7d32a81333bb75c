import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary.mjs';
import { areDependenciesCurrent, lockHash } from './dependencies.mjs';

function installedCheckout() {
  const root = temporaryFolder();
  writeFileSync(join(root, 'package-lock.json'), '{"lockfileVersion": 3}');
  mkdirSync(join(root, 'node_modules'));
  writeFileSync(join(root, 'node_modules', '.swiftlet-lock-hash'), lockHash(root));
  return root;
}

describe('areDependenciesCurrent', () => {
  it('is true after an installation from the same lock file', () => {
    expect(areDependenciesCurrent(installedCheckout())).toBe(true);
  });

  it('is false when the lock file has changed', () => {
    const root = installedCheckout();
    writeFileSync(join(root, 'package-lock.json'), '{"lockfileVersion": 3, "packages": {}}');
    expect(areDependenciesCurrent(root)).toBe(false);
  });

  it('is false when an installation was cut short, which begins by removing node_modules', () => {
    const root = installedCheckout();
    rmSync(join(root, 'node_modules'), { recursive: true });
    mkdirSync(join(root, 'node_modules'));
    expect(areDependenciesCurrent(root)).toBe(false);
  });

  it('is false for a folder that comes from another kind of machine', () => {
    expect(lockHash(temporaryFolder())).toMatch(new RegExp(`^${process.platform}-${process.arch} `));
  });
});
