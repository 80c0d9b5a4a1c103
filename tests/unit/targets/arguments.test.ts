import { describe, expect, it } from 'vitest';
import { builtinTargets } from '../../../src/workers/targets';
import { definition as dicomSeries } from '../../../src/workers/targets/dicom-series';
import { definition as mandelbrot } from '../../../src/workers/targets/mandelbrot';
import { runInline } from './ranks';

const draw = (args: Record<string, unknown>) => runInline({ definition: mandelbrot, range: 1, total: 1, args });

describe('arguments of built-in targets', () => {
  it('may all be left out', () => {
    expect(draw({}).report.data).toMatchObject({ width: 1200, height: 1, maxIterations: 256 });
  });

  it('are refused by name, with what they must be and what they are', () => {
    expect(() => draw({ width: 'wide' })).toThrow(
      'mandelbrot: "width" must be a whole number from 1 to 32768, not "wide".',
    );
    expect(() => draw({ maxIterations: 0 })).toThrow(
      'mandelbrot: "maxIterations" must be a whole number from 1 to 65535, not 0.',
    );
    expect(() => draw({ xMin: null })).toThrow(
      'mandelbrot: "xMin" must be a number from -1000000 to 1000000, not null.',
    );
    expect(() => draw({ xMin: 1, xMax: 1 })).toThrow('mandelbrot: "xMin" must be less than "xMax".');
  });

  it('are all refused at once', () => {
    expect(() => draw({ width: 1.5, yMax: 'up' })).toThrow(
      /^mandelbrot: "width" .*, not 1\.5\.\nmandelbrot: "yMax" .*, not "up"\.$/,
    );
  });

  it('that nobody knows are refused with those that are known and what the range means', () => {
    expect(() => draw({ height: 800 })).toThrow(
      'mandelbrot: Unknown argument "height". It knows width, xMin, xMax, yMin, yMax, maxIterations; the number of rows is the job\'s range.',
    );
    expect(() => draw({ items: ['a.dcm'] })).toThrow('Unknown argument "items"');
  });

  it('have errors with a code', () => {
    expect(() => draw({ width: 0 })).toThrow(
      expect.objectContaining({ name: 'TargetInputError', code: 'ERR_TARGET_ARGS' }),
    );
  });

  it('must be an object', () => {
    const { run } = mandelbrot;
    const none = runInline({ definition: { ...mandelbrot, run: (proc) => run(proc) }, range: 1, total: 1 });
    expect(none.report.data).toMatchObject({ width: 1200 });
    const listed = { ...mandelbrot, run: (proc: Parameters<typeof run>[0]) => run(proc, [1]) };
    expect(() => runInline({ definition: listed, range: 1, total: 1 })).toThrow(
      'mandelbrot: The arguments must be an object, such as { width: … }, not [ 1 ].',
    );
  });

  it('of a target for files include files', () => {
    expect(() => runInline({ definition: dicomSeries, range: 1, total: 1 })).toThrow(
      'dicom-series: it works on files and was given none. Set the job\'s range to a pattern, such as range: { files: "scans/*.dcm" }.',
    );
  });

  it('must give each rank as many files as it has indices', () => {
    expect(() => runInline({ definition: dicomSeries, range: 3, total: 1, items: ['a.dcm'] })).toThrow(
      'rank 0 was given 1 files for 3 indices',
    );
  });
});

describe('builtinTargets', () => {
  it('offers each target under its name, with a schema whose arguments are described and have defaults', () => {
    expect([...builtinTargets.keys()]).toEqual(['dicom-series', 'mandelbrot']);
    for (const [name, { args, title, description }] of builtinTargets) {
      expect({ name, title: title.length > 0, description: description.length > 0 }).toEqual({
        name,
        title: true,
        description: true,
      });
      expect(args).toMatchObject({ type: 'object', additionalProperties: false });
      const properties: readonly unknown[] = Object.values(args.properties ?? {});
      for (const property of properties) {
        expect(Object.keys(property ?? {})).toEqual(expect.arrayContaining(['description', 'default', 'type']));
      }
    }
  });
});
