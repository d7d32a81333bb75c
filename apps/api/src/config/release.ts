/** Names the code that runs, so that nodes of one release share answers and those of another never see them. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the code of application and libraries lies: the build, or the sources where they run as such. */
const codeFolder = join(import.meta.dirname, '../../../..');
const codeFile = /\.(?:js|ts|graphql)$/;

/** The contents of every file of code; other releases of the same packages differ in the lock file, which is none. */
export function releaseOf(folders: readonly string[] = ['apps/api', 'libs']): string {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const root = join(codeFolder, folder);
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
      codeFile.test(file),
    );
    for (const file of files.toSorted()) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('base64url').slice(0, 16);
}
