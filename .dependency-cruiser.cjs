// The import rules of the house:
//
//   shared <- core <- {workers, jobs, history} <- runner <- {cli, main}
//   shared <- {preload, renderer}
//
// Only main and preload know Electron, and nobody imports main.

/** What each folder of src may import besides itself. */
const allowed = {
  shared: [],
  core: ['shared'],
  workers: ['shared', 'core'],
  jobs: ['shared', 'core'],
  history: ['shared', 'core'],
  runner: ['shared', 'core', 'jobs', 'history'],
  cli: ['shared', 'core', 'workers', 'jobs', 'history', 'runner'],
  main: ['shared', 'core', 'workers', 'jobs', 'history', 'runner'],
  preload: ['shared'],
  renderer: ['shared'],
};

const oneWay = Object.entries(allowed).map(([folder, others]) => ({
  name: `${folder}-imports-only-${others.join('-') || 'itself'}`,
  comment: `src/${folder} may import ${[folder, ...others].map((name) => `src/${name}`).join(', ')} and packages.`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: `^src/(${[folder, ...others].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...oneWay,
    {
      name: 'no-folder-without-a-rule',
      comment: 'A new folder of src needs a line in the table at the top of this file.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${Object.keys(allowed).join('|')})/` },
      to: {},
    },
    {
      name: 'only-main-and-preload-know-electron',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|preload)/' },
      to: { path: '(^electron$|node_modules/electron/)' },
    },
    {
      name: 'no-node-in-the-window',
      comment: 'The renderer and what it shares run without Node.',
      severity: 'error',
      from: { path: '^src/(renderer|shared)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\?' },
    },
    {
      name: 'sources-stay-in-src',
      comment: 'The product does not import its tests, scripts, examples or its own build.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(tests|e2e|bench|scripts|examples|out)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.tests.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
