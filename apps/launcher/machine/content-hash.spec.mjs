import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary.mjs';
import { contentHash } from './content-hash.mjs';

function folderWithTwoFiles() {
  const root = temporaryFolder();
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, 'src', 'a.ts'), 'a');
  writeFileSync(join(root, 'src', 'b.ts'), 'b');
  return root;
}

describe('contentHash', () => {
  it('is the same for the same names and contents', () => {
    expect(contentHash(folderWithTwoFiles(), ['src'])).toBe(contentHash(folderWithTwoFiles(), ['src']));
  });

  it('changes with a content, a name, and a file more', () => {
    const root = folderWithTwoFiles();
    const hashes = [contentHash(root, ['src'])];
    writeFileSync(join(root, 'src', 'a.ts'), 'A');
    hashes.push(contentHash(root, ['src']));
    renameSync(join(root, 'src', 'b.ts'), join(root, 'src', 'c.ts'));
    hashes.push(contentHash(root, ['src']));
    writeFileSync(join(root, 'src', 'd.ts'), '');
    hashes.push(contentHash(root, ['src']));
    expect(new Set(hashes).size).toBe(4);
  });

  it('looks neither at what is filtered out nor at what is absent', () => {
    const root = folderWithTwoFiles();
    const withoutB = () => contentHash(root, ['src', 'absent'], (path) => path !== 'src/b.ts');
    const before = withoutB();
    writeFileSync(join(root, 'src', 'b.ts'), 'B');
    expect(withoutB()).toBe(before);
  });
});
