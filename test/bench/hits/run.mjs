/** Cache hits per second, contender by contender: `node test/bench/hits/run.mjs [--quick] [--node-env NAME] [--out FILE]`. */
import { compare } from '../compare.mjs';
import { operation } from '../shop.mjs';

await compare({
  scenario: 'hits',
  folder: new URL('.', import.meta.url).pathname,
  names: [
    'Fastify, constant bytes',
    'Apollo + response cache',
    'Yoga + response cache',
    'Mercurius + JIT + cache',
    'Swiftlet',
  ],
  baseline: 'Fastify, constant bytes',
  operation,
});
