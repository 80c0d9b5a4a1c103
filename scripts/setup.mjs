#!/usr/bin/env node
// Placeholder head: see below.
import { describeError } from './lib/setup-error.mjs';
import { ensureElectron } from './lib/electron-runtime.mjs';
const say = (line) => console.error(`setup: ${line}`);
try {
  const runtime = await ensureElectron({ say, retry: process.argv.includes('--retry') });
  say(runtime.source);
  console.log(runtime.folder);
} catch (error) { console.error(describeError(error)); process.exitCode = 1; }
