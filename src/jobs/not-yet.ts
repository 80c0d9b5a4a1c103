/** What the window says of a script, which has no host there yet. */
export const scriptsRunElsewhere = 'The window only checks a script; it runs in a terminal: procession run FILE.';
