import { useState } from 'react';
import { SearchField } from '../search-field';
import { findLines } from './text-lines';

/** What is looked for in lines, and where the person is with it. */
export interface LineSearch {
  /** The text that is marked wherever it is; empty marks nothing. */
  readonly mark: string;
  /** Place of the line that was found; null when none is. */
  readonly found: number | null;
  /** How often a place was shown: the same one may be asked for again after scrolling. */
  readonly shownTimes: number;
}

const nothing: LineSearch = { mark: '', found: null, shownTimes: 0 };

interface LineSearchFieldProps {
  readonly label: string;
  readonly lines: readonly { readonly text: string }[];
  readonly onChange: (change: (before: LineSearch) => LineSearch) => void;
}

/** A field that looks for a text in lines. */
export const LineSearchField = ({ label, lines, onChange }: LineSearchFieldProps) => (
  <SearchField
    label={label}
    search={(mark) => {
      onChange((before) => ({ ...before, mark, found: null }));
      return Promise.resolve({ places: findLines(lines, mark), note: '' });
    }}
    show={(found) => onChange((before) => ({ ...before, found, shownTimes: before.shownTimes + 1 }))}
  />
);

export const useLineSearch = () => useState(nothing);
