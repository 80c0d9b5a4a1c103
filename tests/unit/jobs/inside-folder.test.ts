import { relative, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInside, resolveIn } from '../../../src/jobs/inside-folder';

const part = fc.constantFrom('a', '-b', '.', '..', '.c', 'd.e', 'f g', '', '~', '\\', 'ä', '...');
const path = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));

describe('a path in a folder', () => {
  it('is what the system says it is, whatever is in it', () => {
    fc.assert(
      fc.property(path, (written) => {
        expect(resolveIn('/w/jobs', written)).toBe(resolve('/w/jobs', written));
        const way = relative('/w/jobs', resolve('/w/jobs', written));
        expect(isInside('/w/jobs', written)).toBe(way !== '' && way !== '..' && !way.startsWith('../'));
      }),
    );
  });
});
