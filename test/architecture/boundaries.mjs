/** The import law of the repository, one readable rule each; checked by `npm run check` and `npm test`. */

/** Files that only tests use may reach anywhere inside what they test. */
const specs = String.raw`\.spec\.(ts|mjs)$`;

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or three.',
      severity: 'error',
      from: {},
      // A type that is only named at compile time ties nothing together when the program runs.
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'libs-never-import-apps',
      comment: 'A library that knows the storefront cannot be lifted into another application.',
      severity: 'error',
      from: { path: '^libs/', pathNot: specs },
      to: { path: '^apps/' },
    },
    {
      name: 'through-the-public-door',
      comment:
        "Whoever is outside a library enters by its index.ts or contract.ts; everything else is the library's own. A bench " +
        'may measure a part by itself.',
      severity: 'error',
      from: { path: '^(apps|libs|test)/([^/]+)/', pathNot: [specs, '^test/bench/'] },
      to: {
        path: '^libs/',
        pathNot: ['^libs/$2/', String.raw`^libs/[^/]+/src/(index|contract|testing/index)\.ts$`],
      },
    },
    {
      name: 'core-is-plain-typescript',
      comment:
        'core/ holds decisions: no Nest, no driver, no package, only itself, node and the platform contract.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/src/core/', pathNot: specs },
      to: {
        pathNot: ['^libs/$1/src/core/', String.raw`^libs/platform/src/contract\.ts$`],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'adapters-do-not-know-each-other',
      comment: 'One technology a file: what two adapters share belongs to core.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/src/adapters/([^/]+)$', pathNot: specs },
      to: { path: '^libs/$1/src/adapters/', pathNot: '^libs/$1/src/adapters/$2$' },
    },
    {
      name: 'features-meet-in-apps-only',
      comment: 'Feature libraries never import each other; the platform is the only one that all may use.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/', pathNot: '^libs/platform/' },
      to: { path: '^libs/', pathNot: ['^libs/$1/', '^libs/platform/'] },
    },
    {
      name: 'platform-knows-no-feature',
      comment: 'The platform is what features stand on.',
      severity: 'error',
      from: { path: '^libs/platform/' },
      to: { path: '^libs/', pathNot: '^libs/platform/' },
    },
    {
      name: 'dashboard-reads-contracts-only',
      comment: 'The web page shares types with the server and nothing else.',
      severity: 'error',
      from: { path: '^apps/dashboard/' },
      to: { path: '^(libs|apps)/', pathNot: ['^apps/dashboard/', String.raw`^libs/[^/]+/src/contract\.ts$`] },
    },
    {
      name: 'launcher-has-no-dependencies',
      comment:
        'The launcher runs before anything is installed; so does the list of benchmarks that it reads.',
      severity: 'error',
      from: { path: '^apps/launcher/', pathNot: specs },
      to: {
        pathNot: ['^apps/launcher/', String.raw`^test/bench/scenarios\.mjs$`],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'production-never-imports-tests',
      comment: 'What ships must not lean on what only tests have.',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: [specs, '/testing/', String.raw`^apps/launcher/commands/bench\.mjs$`],
      },
      to: { path: '^test/' },
    },
    {
      name: 'storefront-features-enter-http-nowhere',
      comment: 'Features know GraphQL and the database; how HTTP is served is not their business.',
      severity: 'error',
      from: { path: '^apps/api/src/storefront/', pathNot: specs },
      to: { path: '^apps/api/src/http/' },
    },
    {
      name: 'no-unresolvable',
      comment: 'A typing error in a path, or a package that package.json does not name.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
