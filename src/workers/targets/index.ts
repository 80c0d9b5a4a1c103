import type { TargetDefinition } from '../../core/targets/target-definition';
import { definition as dicomSeries } from './dicom-series';
import { definition as mandelbrot } from './mandelbrot';

/** The built-in targets by their names: `mandelbrot` is `builtin:mandelbrot` in a job file. */
export const builtinTargets: ReadonlyMap<string, TargetDefinition> = new Map(
  [dicomSeries, mandelbrot].map((definition) => [definition.name, definition]),
);
