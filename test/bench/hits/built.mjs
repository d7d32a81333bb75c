/** Loads the build of this checkout with the pinned packages of this folder: Nest and graphql must be there only once. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';

const root = new URL('../../../', import.meta.url);
const built = new URL('dist/', root);

registerHooks({
  resolve(specifier, context, next) {
    const isPackageOfBuild = context.parentURL?.startsWith(built.href) === true && /^[@a-z]/.test(specifier);
    return next(specifier, isPackageOfBuild ? { ...context, parentURL: import.meta.url } : context);
  },
});

/** @param {string} path below the sources' root */
export function loadBuilt(path) {
  if (!existsSync(built)) execFileSync('npx', ['nest', 'build', 'api'], { cwd: root, stdio: 'inherit' });
  return import(new URL(path, built));
}
