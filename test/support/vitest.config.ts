/**
 * Four projects: unit needs nothing, integration needs PostgreSQL and Redis, e2e needs the seeded shop as well, and faults needs
 * the machine for itself: who is starved there loses touch with the others, and does what it should only do in that case.
 */
import { defineConfig } from 'vitest/config';

const root = new URL('../..', import.meta.url).pathname;
const exclude = ['**/node_modules/**', '**/dist/**', '**/.data/**'];
/**
 * The copy of graphql that Node finds for Apollo and Nest. Vite would take the ES build for our own files, and then neither
 * `instanceof GraphQLError` nor a schema holds across the two.
 */
const graphql = { find: /^graphql$/, replacement: `${root}node_modules/graphql/index.js` };
/** Vitest would leave one core of two alone, while most tests wait for a database, a socket or a process. */
const besideOthers = { maxWorkers: 2, sequence: { groupOrder: 0 } };
const alone = { maxWorkers: 1, sequence: { groupOrder: 1 } };
const shared = { root, resolve: { tsconfigPaths: true, alias: [graphql] } };

export default defineConfig({
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          ...besideOthers,
          include: ['{apps,libs,test}/**/*.spec.{ts,mjs}'],
          exclude: [...exclude, '**/*.integration.spec.*', '**/*.e2e.spec.*'],
          testTimeout: 30_000, // thousands of random cases take seconds where others use the machine as well
        },
      },
      {
        ...shared,
        test: {
          name: 'integration',
          ...besideOthers,
          include: ['{apps,libs,test}/**/*.integration.spec.{ts,mjs}'],
          exclude,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          ...besideOthers,
          include: ['test/{e2e,conformance}/**/*.e2e.spec.ts'],
          exclude,
          globalSetup: ['test/support/seeded-database.setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'faults',
          ...alone,
          include: ['test/faults/**/*.e2e.spec.ts'],
          exclude,
          globalSetup: ['test/support/seeded-database.setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
