// The tables of fields in docs/job-files.md, made from the JSON Schema of job files.

/**
 * @typedef {object} Schema as far as it is used here
 * @property {string} [description]
 * @property {Record<string, Schema>} [properties]
 * @property {string[]} [required]
 * @property {Schema} [items]
 * @property {Schema[]} [anyOf]
 */

const begin = '<!-- fields: written by scripts/lib/job-file-schema.mjs from src/shared/job-fields.ts -->';
const end = '<!-- end of fields -->';

/** Fields whose parts have a table of their own. */
const nested = ['schedule', 'retries', 'onFailure', 'needs', 'output'];

/**
 * All tables as Markdown.
 * @param {Schema} schema
 */
export function renderFields(schema) {
  const job = schema.properties?.jobs?.items ?? {};
  const sections = [
    table('field of the file', schema),
    'Exactly one of `target`, `map` and `run` says what a job runs.',
    table('field of a job', job),
    [
      'The forms of `range`:',
      '',
      ...(job.properties?.range?.anyOf ?? []).map(({ description }) => `- ${description ?? ''}`),
    ].join('\n'),
    ...nested.map((name) => table(`part of \`${name}\``, mappingOf(job.properties?.[name] ?? {}))),
  ];
  return sections.join('\n\n');
}

/**
 * The text of the documentation with its tables replaced.
 * @param {string} docs
 * @param {string} fields
 */
export function insertFields(docs, fields) {
  const from = docs.indexOf(begin);
  const to = docs.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/job-files.md has lost the marks "${begin}" and "${end}".`);
  return `${docs.slice(0, from)}${begin}\n\n${fields}\n\n${docs.slice(to)}`;
}

/** @param {string} title @param {Schema} schema */
function table(title, { properties = {}, required = [] }) {
  const rows = Object.entries(properties).map(([name, { description = '' }]) => {
    const must = required.includes(name) ? ' Required.' : '';
    return `| \`${name}\` | ${description}${must} |`;
  });
  return [`| ${title} | |`, '|---|---|', ...rows].join('\n');
}

/** Of a field that may be written in several ways, the mapping. @param {Schema} schema @returns {Schema} */
function mappingOf({ properties, anyOf = [], items }) {
  if (properties) return { properties };
  const inner = [...anyOf, ...(items ? [items] : [])].map(mappingOf);
  return inner.find((branch) => branch.properties !== undefined) ?? {};
}
