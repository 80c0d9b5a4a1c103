import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isJobFileName } from '../../../../src/main/job-files-of';

const resources = join(__dirname, '../../../../resources');
const read = (name: string): string => readFileSync(join(resources, 'linux', name), 'utf8');

/** Keys of the one group that a file has, as https://specifications.freedesktop.org/desktop-entry-spec defines them. */
function desktopEntry(text: string): Map<string, string> {
  const [head, ...lines] = text.trimEnd().split('\n');
  expect(head).toBe('[Desktop Entry]');
  const entries = lines.map((line) => /^([A-Za-z0-9-]+)=(.*)$/.exec(line)?.slice(1, 3) ?? ['', line]);
  const keys = entries.map(([key = '']) => key);
  expect(new Set(keys).size).toBe(keys.length);
  return new Map(entries.map(([key = '', value = '']) => [key, value]));
}

/** Categories that the menu specification registers, as far as they fit. */
const mainCategories = ['Development', 'Science', 'Education', 'Utility'];
const knownKeys = [
  'Type',
  'Version',
  'Name',
  'GenericName',
  'Comment',
  'Exec',
  'Icon',
  'Terminal',
  'Categories',
  'Keywords',
  'MimeType',
  'StartupNotify',
  'StartupWMClass',
];

const listOf = (value = ''): string[] => {
  expect(value.endsWith(';')).toBe(true);
  return value.slice(0, -1).split(';');
};

it('the entry of the app in menus of Linux is as the specification wants it', () => {
  const entry = desktopEntry(read('procession.desktop'));
  expect([...entry.keys()].filter((key) => !knownKeys.includes(key))).toEqual([]);
  expect(entry.get('Type')).toBe('Application');
  expect(entry.get('Name')).toBe('Procession');
  expect(['true', 'false']).toContain(entry.get('Terminal'));
  // Local files, several at once: what a second start hands over as its command line.
  expect(entry.get('Exec')).toMatch(/^[a-z-]+ %F$/);
  expect(listOf(entry.get('Categories')).some((name) => mainCategories.includes(name))).toBe(true);
  expect(listOf(entry.get('Keywords'))).toContain('parallel');
});

it('it opens files that are called like job files of Procession, and seizes no others', () => {
  const xml = read('procession.xml');
  const declared = [...xml.matchAll(/<mime-type type="([^"]+)">/g)].map(([, type = '']) => type);
  expect(listOf(desktopEntry(read('procession.desktop')).get('MimeType')).toSorted()).toEqual(declared.toSorted());
  const patterns = [...xml.matchAll(/<glob pattern="([^"]+)" weight="(\d+)"\/>/g)];
  expect(patterns.map(([, pattern]) => pattern)).toEqual([
    '*.procession.yaml',
    '*.procession.yml',
    '*.procession.json',
  ]);
  // Above the 50 that the patterns *.yaml and *.json have.
  expect(patterns.every(([, , weight]) => Number(weight) > 50)).toBe(true);
  expect(patterns.every(([, pattern = '']) => isJobFileName(pattern.replace('*', 'scan')))).toBe(true);
  // Each of its elements is closed.
  const open = [...xml.matchAll(/<([a-z-]+)(?: [^>]*)?>/g)]
    .filter(([tag]) => !tag.endsWith('/>'))
    .map(([, name]) => name);
  const closed = [...xml.matchAll(/<\/([a-z-]+)>/g)].map(([, name]) => name);
  expect(open.toSorted()).toEqual(closed.toSorted());
});

it('it has its icon in every size of the usual theme', () => {
  for (const size of [16, 24, 32, 48, 64, 128, 256, 512])
    expect(existsSync(join(resources, 'icons', `${size}x${size}.png`))).toBe(true);
});
