import { inspect } from 'node:util';
import { type Cell, type Figure, isReport, type Numbers, type Report, type View } from '../shared/report';
import { imageLines } from './image-lines';
import { cleanText, displayWidth, fit, shorten } from './text';

/** How a result is drawn as text. */
export interface ResultStyle {
  readonly columns: number;
  readonly unicode: boolean;
  /** Whether images can be drawn in colours. */
  readonly images: boolean;
}

const maxBins = 24;
const maxRows = 12;
const maxValueLines = 30;

/** A job's result for a person: a report's figures and views; of anything else its beginning. */
export function resultLines(result: unknown, style: ResultStyle): string[] {
  if (result === undefined) return [];
  return isReport(result) ? reportLines(result, style) : valueLines(result, style);
}

function reportLines(report: Report, style: ResultStyle): string[] {
  return [...figureLines(report.figures, style.columns), ...report.views.flatMap((view) => viewLines(view, style))];
}

/** One line a figure: labels to the left, numbers with their decimal points below each other. */
export function figureLines(figures: readonly Figure[], columns: number): string[] {
  const labels = figures.map(({ label }) => cleanText(label));
  const labelWidth = Math.max(0, ...labels.map(displayWidth));
  const wholeWidth = Math.max(
    0,
    ...figures.map(({ value }) => (typeof value === 'number' ? wholePart(value).length : 0)),
  );
  return figures.map(({ value, unit }, index) => {
    const text =
      typeof value === 'number' ? ' '.repeat(wholeWidth - wholePart(value).length) + String(value) : cleanText(value);
    return shorten(
      `${fit(labels[index] ?? '', labelWidth)}  ${text}${unit === undefined ? '' : ` ${cleanText(unit)}`}`,
      Math.max(columns, labelWidth + 70),
    );
  });
}

function wholePart(value: number): string {
  return /^-?\d+/.exec(String(value))?.[0] ?? String(value);
}

function viewLines(view: View, style: ResultStyle): string[] {
  switch (view.kind) {
    case 'histogram':
      return [
        '',
        `${cleanText(view.title)}${view.unit === undefined ? '' : ` (${cleanText(view.unit)})`}`,
        ...histogramLines(view.edges, view.counts, style),
      ];
    case 'image':
      return [
        '',
        `${cleanText(view.title)}: image of ${view.width} x ${view.height}`,
        ...(style.images ? imageLines(view, style.columns) : []),
      ];
    case 'rgba':
      return ['', `${cleanText(view.title)}: image of ${view.width} x ${view.height} in colours`];
    case 'table':
      return ['', cleanText(view.title), ...tableLines(view.columns, view.rows, style)];
    case 'line':
    case 'scatter': {
      const points = view.series.reduce((sum, { y }) => sum + y.length, 0);
      const what = view.kind === 'line' ? 'line plot' : 'scatter plot';
      return ['', `${cleanText(view.title)}: ${what} of ${points} points in ${view.series.length} series`];
    }
    case 'mesh': {
      const vertices = view.positions.length / 3;
      const triangles = (view.triangles?.length ?? vertices) / 3;
      return ['', `${cleanText(view.title)}: mesh of ${vertices} vertices and ${triangles} triangles`];
    }
    case 'text':
      return ['', cleanText(view.title), ...valueLines(view.text, style)];
  }
}

/** `  100 – 200   47323 ███`: one line a bin; so many bins that they would not fit are joined with their neighbours. */
export function histogramLines(edges: Numbers, counts: Numbers, style: ResultStyle): string[] {
  const join = Math.max(1, Math.ceil(counts.length / maxBins));
  const bins = Array.from({ length: Math.ceil(counts.length / join) }, (_, bin) => ({
    from: String(edges[bin * join] ?? ''),
    to: String(edges[Math.min((bin + 1) * join, counts.length)] ?? ''),
    count: Array.from(counts.slice(bin * join, (bin + 1) * join)).reduce((sum, count) => sum + count, 0),
  }));
  const width = (pick: (bin: { from: string; to: string; count: number }) => string): number =>
    Math.max(0, ...bins.map((bin) => pick(bin).length));
  const [fromWidth, toWidth, countWidth] = [
    width(({ from }) => from),
    width(({ to }) => to),
    width(({ count }) => String(count)),
  ];
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const room = Math.max(8, Math.min(40, style.columns - fromWidth - toWidth - countWidth - 8));
  return bins.map(({ from, to, count }) => {
    const name = `  ${from.padStart(fromWidth)} ${style.unicode ? '–' : '-'} ${to.padStart(toWidth)}`;
    return `${name}  ${String(count).padStart(countWidth)}  ${bar(count / most, room, style.unicode)}`.trimEnd();
  });
}

/** A bar in eighths of a character; a value above zero is never invisible. */
function bar(share: number, room: number, unicode: boolean): string {
  if (!unicode) return '#'.repeat(share > 0 ? Math.max(1, Math.round(share * room)) : 0);
  const eighths = share > 0 ? Math.max(1, Math.round(share * room * 8)) : 0;
  return (
    '█'.repeat(Math.floor(eighths / 8)) +
    ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'].slice(eighths % 8, (eighths % 8) + 1).join('')
  );
}

function tableLines(columns: readonly string[], rows: readonly (readonly Cell[])[], style: ResultStyle): string[] {
  const shown = rows.slice(0, maxRows);
  const maxCell = Math.max(20, Math.floor(style.columns / Math.max(1, columns.length)) - 4);
  const cells = [columns, ...shown].map((row) =>
    columns.map((_, column) => shorten(cleanText(String(row[column] ?? '')), maxCell)),
  );
  const widths = columns.map((_, column) => Math.max(0, ...cells.map((row) => displayWidth(row[column] ?? ''))));
  const numeric = columns.map((_, column) => shown.length > 0 && shown.every((row) => typeof row[column] === 'number'));
  const lines = cells.map((row) => {
    const line = row
      .map((cell, column) => (numeric[column] ? cell.padStart(widths[column] ?? 0) : fit(cell, widths[column] ?? 0)))
      .join('  ');
    return shorten(`  ${line.trimEnd()}`, style.columns);
  });
  return rows.length > shown.length ? [...lines, `  and ${rows.length - shown.length} more rows`] : lines;
}

function valueLines(value: unknown, style: ResultStyle): string[] {
  const text =
    typeof value === 'string'
      ? value
      : inspect(value, {
          depth: 4,
          maxArrayLength: 20,
          maxStringLength: 400,
          breakLength: Math.min(style.columns, 100),
          colors: false,
        });
  const lines = text
    .split('\n')
    .map((line) => shorten(cleanText(line.replaceAll('\t', '  ')), Math.max(20, style.columns)));
  return lines.length > maxValueLines
    ? [...lines.slice(0, maxValueLines), `… ${lines.length - maxValueLines} more lines`]
    : lines;
}
