/** The one refusal of what is valid, but has no runner yet. */
export const scriptsCannotRunYet = 'A script cannot be run yet: this version only checks it.';
