import { realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** Scheme and host of the window's own pages: `app://procession/index.html`. */
export const appScheme = 'app';
export const appOrigin = `${appScheme}://procession`;
export const appPage = `${appOrigin}/index.html`;

/** Nothing from outside, no inline code, no inline style sheet. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Headers of every answer of the `app:` scheme. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

/**
 * The file that an `app:` address names, as path segments under the folder of the window's files.
 *
 * It decodes once and accepts only plain segments: whatever could still mean something else afterwards (dots,
 * slashes of either kind, NUL, a second layer of percent signs, a drive letter) is refused, not repaired.
 *
 * @param url complete address as the page asked for it
 * @returns segments and content type, or null when the address names no file of ours
 */
export function resolveAsset(url: string): { segments: readonly string[]; type: string } | null {
  const match = /^app:\/\/procession\/([^?#]*)(?:[?#].*)?$/s.exec(url);
  if (match === null) return null;
  let path: string;
  try {
    path = decodeURIComponent(match[1] ?? '');
  } catch {
    return null;
  }
  const segments = path.split('/');
  if (!segments.every((segment) => /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(segment))) return null;
  const type = mimeTypes[extname(path)];
  return type === undefined ? null : { segments, type };
}

/**
 * The file on disk for an `app:` address.
 *
 * @param root folder of the window's files
 * @returns absolute path and content type; null when it does not exist or a link leads out of the folder
 */
export async function locateAsset(url: string, root: string): Promise<{ path: string; type: string } | null> {
  const asset = resolveAsset(url);
  if (asset === null) return null;
  try {
    const [realRoot, path] = await Promise.all([realpath(root), realpath(join(root, ...asset.segments))]);
    return path.startsWith(realRoot + sep) ? { path, type: asset.type } : null;
  } catch {
    return null;
  }
}
