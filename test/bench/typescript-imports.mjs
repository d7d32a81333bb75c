/** Lets node run the repository's TypeScript as it stands: `./x.js`, which names what would be built, is `./x.ts` here. */
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';

const libraries = new URL('../../libs/', import.meta.url);
const contract = /^@app\/([a-z-]+)\/contract$/;

/** Holds for what is imported from then on, so the rest of the program is imported dynamically after it. */
export function resolveSources() {
  registerHooks({
    resolve(specifier, context, next) {
      const [, library] = contract.exec(specifier) ?? [];
      if (library !== undefined) return next(new URL(`${library}/src/contract.ts`, libraries).href, context);
      if (!specifier.startsWith('.') || !specifier.endsWith('.js')) return next(specifier, context);
      const source = specifier.replace(/\.js$/, '.ts');
      return next(existsSync(new URL(source, context.parentURL)) ? source : specifier, context);
    },
  });
}
