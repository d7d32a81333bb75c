// One hash over files and folders, equal exactly when names and contents are.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {(path: string, isFolder: boolean) => boolean} Filter `path` is relative to the root, with slashes */

/**
 * @param {string} root
 * @param {string[]} paths files and folders in it; absent ones count as absent
 * @param {Filter} [isIncluded] asked of every folder and file
 */
export function contentHash(root, paths, isIncluded = () => true) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap((start) => filesUnder(root, start, isIncluded)).toSorted()) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} path
 * @param {Filter} isIncluded
 * @returns {string[]}
 */
function filesUnder(root, path, isIncluded) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  const isFolder = statSync(absolute).isDirectory();
  if (!isIncluded(path, isFolder)) return [];
  if (!isFolder) return [path];
  return readdirSync(absolute).flatMap((name) => filesUnder(root, `${path}/${name}`, isIncluded));
}
