import { bridge } from '../bridge';

// The first look into each of them waits for main, which does not answer while it reads the rest of itself.
for (const storage of [localStorage, sessionStorage]) storage.getItem('');

/**
 * Main's state, asked for before anything else of the page is evaluated: when main hears this it reads the rest of
 * itself, while the page draws what stands in it always.
 */
export const firstSnapshot = bridge.getSnapshot();
