import { useComputedColorScheme } from '@mantine/core';

/** The theme that is shown; what paints on a canvas paints again when it changes. */
export const useScheme = (): 'light' | 'dark' => useComputedColorScheme('light');

/** The value of a colour of the style sheet, for a canvas. */
export const cssColor = (name: `--${string}`): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();
