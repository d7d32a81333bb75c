/** Loads the build of this checkout with a bench's own pinned packages: Nest and graphql must be there only once. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';

const root = new URL('../../', import.meta.url);
const built = new URL('dist/', root);

/**
 * @param {string} bench URL of a file of the bench whose packages are to be used
 * @returns {(path: string) => Promise<any>} takes a path below the sources' root
 */
export function builtLoader(bench) {
  if (!existsSync(built)) execFileSync('npx', ['nest', 'build', 'api'], { cwd: root, stdio: 'inherit' });
  registerHooks({
    resolve(specifier, context, next) {
      const isPackageOfBuild =
        context.parentURL?.startsWith(built.href) === true && /^[@a-z]/.test(specifier);
      if (!isPackageOfBuild || specifier.startsWith('node:')) return next(specifier, context);
      try {
        return next(specifier, { ...context, parentURL: bench });
      } catch {
        return next(specifier, context); // what the bench has no version of its own of
      }
    },
  });
  return (path) => import(new URL(path, built));
}
