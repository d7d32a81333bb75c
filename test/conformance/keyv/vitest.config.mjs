// The suite brings its own Vitest and knows nothing of the root's projects.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));
const contract = fileURLToPath(new URL('../../../libs/platform/src/contract.ts', import.meta.url));

export default defineConfig({
  root,
  resolve: { alias: { '@app/platform/contract': contract } },
  test: { include: ['keyv.suite.mjs'], exclude: ['node_modules'] },
});
