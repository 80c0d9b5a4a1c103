// What Electron runs when no app is built into it: finds the app's path among the arguments and starts it, with the
// same options as Electron's own default app. It is packed into `resources/default_app.asar` of the fallback runtime.
const { app } = require('electron');
const { existsSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

/** An error dialog would wait for a click that nobody gives in a test: the terminal is told, and the process ends. */
function fail(message) {
  console.error(message);
  process.exit(1);
}

function parseArguments(argv) {
  const found = { app: null, version: false, modules: [] };
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i];
    if (argument === '--version' || argument === '-v') {
      found.version = true;
      return found;
    }
    if (argument === '--require' || argument === '-r') {
      const file = argv[++i];
      if (file === undefined) fail('Invalid usage: --require [file]\n\n"file" is required');
      found.modules.push(file);
    } else if (argument.startsWith('--app=')) {
      found.app = argument.slice('--app='.length);
      return found;
    } else if (!argument.startsWith('-')) {
      found.app = argument;
      return found;
    }
  }
  return found;
}

/** Gives the app its own name and version, which it would have had when packaged. */
function applyManifest(folder) {
  const manifest = require(path.join(folder, 'package.json'));
  if (manifest.version) app.setVersion(manifest.version);
  const name = manifest.productName ?? manifest.name;
  if (name) app.setName(name);
  app.setDesktopName?.(manifest.desktopName ?? `${app.name}.desktop`);
  if (manifest.v8Flags) require('node:v8').setFlagsFromString(manifest.v8Flags);
}

function start(given) {
  const appPath = path.resolve(given);
  Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true });
  let entry;
  try {
    const hasManifest = existsSync(path.join(appPath, 'package.json'));
    if (hasManifest) applyManifest(appPath);
    entry = Module._resolveFilename(appPath, module, true);
    app.setAppPath(hasManifest ? appPath : path.dirname(entry));
  } catch (error) {
    fail(`Unable to find an Electron app at ${appPath}\n\n${error.message}`);
  }
  try {
    Module._load(entry, module, true);
  } catch (error) {
    fail(`The app at ${appPath} threw an error while it was loading:\n${error.stack ?? error}`);
  }
}

const found = parseArguments(process.argv.slice(1));
if (found.modules.length > 0) Module._preloadModules(found.modules);
if (found.version) {
  console.log(`v${process.versions.electron}`);
  process.exit(0);
} else if (found.app !== null) {
  start(found.app);
} else {
  fail('Usage: electron [options] <path to an app> [arguments for it]');
}
