/** Starts the replay under plain node; `hit-rate.ts` says what it takes. */
import { resolveSources } from '../typescript-imports.mjs';

resolveSources();
const { hitRate } = await import('./hit-rate.js');
hitRate(process.argv.slice(2));
