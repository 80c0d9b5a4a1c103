#!/usr/bin/env node
// Draws the icons of the app and of its tray into resources: `npm run icons`. A test tells when they are old.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encode } from 'fast-png';
import { draw, iconFiles } from './lib/draw-icon.mjs';
import { inProject } from './lib/project.mjs';

for (const [name, { drawing, size }] of iconFiles()) {
  const path = inProject('resources', name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, encode({ width: size, height: size, channels: 4, data: draw(drawing, size) }));
}
