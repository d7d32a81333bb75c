/**
 * Cache misses per second, contender by contender: `node test/bench/misses/run.mjs [--quick] [--node-env NAME] [--out FILE]`.
 *
 * Everybody runs with NODE_ENV=production; graphql checks more, and is slower, without it.
 */
import { compare } from '../compare.mjs';
import { operation } from '../shop.mjs';

await compare({
  scenario: 'misses',
  folder: new URL('.', import.meta.url).pathname,
  names: [
    'Nest + Apollo on Express',
    'Nest + Apollo on Fastify',
    'without cache-control plugin',
    'Nest + Apollo + graphql-jit',
    'Mercurius + JIT',
    'Swiftlet',
  ],
  baseline: 'Nest + Apollo on Fastify',
  operation,
});
