// The same work as targets of the engine: called with a rank first, or with an item of a map job.
import * as work from './work.mjs';

const target = (name) => (_proc, value) => work[name](value);
export const square = target('square');
export const sum = target('sum');
export const exit = target('exit');
export const busy = target('busy');
export const throwUndefined = target('throwUndefined');
export const uncloneable = target('uncloneable');
export const squareItem = (item) => item * item;
