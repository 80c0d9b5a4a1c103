import type { Bridge } from '../shared/ipc';

declare global {
  interface Window {
    /** Set by the preload script: the only way to the main process. */
    readonly procession: Bridge;
  }
}

/** The calls and events that the main process offers to this page. */
export const bridge: Bridge = window.procession;
