/**
 * Loads the application's TypeScript as it stands: Node strips the types, `.js` is found as `.ts`, and its packages are
 * the pinned ones of this folder.
 */
import { registerHooks } from 'node:module';

const sources = new URL('../../../apps/api/src/', import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    if (context.parentURL?.startsWith(sources) !== true) return next(specifier, context);
    if (specifier.startsWith('.')) return next(specifier.replace(/\.js$/, '.ts'), context);
    return next(specifier, { ...context, parentURL: import.meta.url });
  },
});
