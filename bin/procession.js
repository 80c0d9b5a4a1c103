#!/usr/bin/env node
'use strict';
// The command line, from the build: `procession run|validate|…`.
const { existsSync } = require('node:fs');
const { dirname, join } = require('node:path');

const root = dirname(__dirname);
const entry = join(root, 'out', 'main', 'cli.js');
if (existsSync(entry)) {
  require(entry);
} else {
  console.error(`error: Procession is not built yet.\n  Run this once: cd '${root}' && npm run setup`);
  // EX_SOFTWARE, as whatever else is Procession's own fault: 1 would say that jobs have failed.
  process.exitCode = 70;
}
