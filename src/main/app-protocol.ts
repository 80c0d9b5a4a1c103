import { readFile } from 'node:fs/promises';
import { protocol } from 'electron';
import { appScheme, locateAsset, securityHeaders } from './app-assets';

/** Must be called before the app is ready: makes `app:` a scheme with an origin, as `https:` is. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    // With the code cache V8 does not compile the page's scripts again at each start.
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the window's files from `root`, and nothing else, under `app:`. */
export function serveApp(root: string): void {
  protocol.handle(appScheme, async (request) => {
    const asset = request.method === 'GET' ? await locateAsset(request.url, root) : null;
    if (asset === null) return new Response('Not found', { status: 404, headers: securityHeaders });
    const body = await readFile(asset.path);
    return new Response(new Uint8Array(body), { headers: { ...securityHeaders, 'content-type': asset.type } });
  });
}
