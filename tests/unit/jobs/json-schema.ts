import { isRecord } from '../../../src/shared/is-record';

/** Keywords that only tell. */
const notes = new Set(['$schema', 'description', 'title', 'examples', 'default']);

/**
 * Whether a JSON Schema (draft 2020-12) accepts a value. Knows the keywords that the schema of job files has, as an
 * editor understands them, and throws for any other, so that none is passed over.
 */
export function schemaAccepts(schema: unknown, value: unknown): boolean {
  if (typeof schema === 'boolean') return schema;
  if (!isRecord(schema)) throw new TypeError('A schema is an object or a boolean.');
  return Object.entries(schema).every(([keyword, rule]) => notes.has(keyword) || accepts(keyword, rule, schema, value));
}

function accepts(keyword: string, rule: unknown, schema: Readonly<Record<string, unknown>>, value: unknown): boolean {
  switch (keyword) {
    case 'type':
      return isOfType(rule, value);
    case 'const':
      return value === rule;
    case 'enum':
      return list(rule).includes(value);
    case 'anyOf':
      return list(rule).some((branch) => schemaAccepts(branch, value));
    case 'oneOf':
      return list(rule).filter((branch) => schemaAccepts(branch, value)).length === 1;
    case 'minimum':
      return typeof value !== 'number' || value >= Number(rule);
    case 'maximum':
      return typeof value !== 'number' || value <= Number(rule);
    // Lengths are of characters, not of UTF-16 units.
    case 'minLength':
      return typeof value !== 'string' || Array.from(value).length >= Number(rule);
    case 'maxLength':
      return typeof value !== 'string' || Array.from(value).length <= Number(rule);
    case 'pattern':
      return typeof value !== 'string' || new RegExp(String(rule), 'u').test(value);
    case 'items':
      return !Array.isArray(value) || value.every((item) => schemaAccepts(rule, item));
    case 'minItems':
      return !Array.isArray(value) || value.length >= Number(rule);
    case 'maxItems':
      return !Array.isArray(value) || value.length <= Number(rule);
    case 'required':
      return !isRecord(value) || list(rule).every((key) => Object.hasOwn(value, String(key)));
    case 'properties':
      return (
        !isRecord(value) ||
        entries(rule).every(([key, inner]) => !Object.hasOwn(value, key) || schemaAccepts(inner, value[key]))
      );
    case 'patternProperties':
      return (
        !isRecord(value) ||
        entries(rule).every(([pattern, inner]) =>
          Object.entries(value).every(
            ([key, member]) => !new RegExp(pattern, 'u').test(key) || schemaAccepts(inner, member),
          ),
        )
      );
    case 'additionalProperties':
      return !isRecord(value) || others(schema, value).every((member) => schemaAccepts(rule, member));
    case 'propertyNames':
      return !isRecord(value) || Object.keys(value).every((key) => schemaAccepts(rule, key));
    default:
      throw new TypeError(`The test knows no keyword "${keyword}".`);
  }
}

/** Values whose keys neither `properties` nor `patternProperties` names. */
function others(
  { properties, patternProperties }: Readonly<Record<string, unknown>>,
  value: Record<string, unknown>,
): unknown[] {
  const named = new Set(entries(properties).map(([key]) => key));
  const patterns = entries(patternProperties).map(([pattern]) => new RegExp(pattern, 'u'));
  return Object.entries(value)
    .filter(([key]) => !named.has(key) && !patterns.some((pattern) => pattern.test(key)))
    .map(([, member]) => member);
}

function isOfType(type: unknown, value: unknown): boolean {
  if (Array.isArray(type)) return type.some((one) => isOfType(one, value));
  switch (type) {
    case 'object':
      return isRecord(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
    default:
      throw new TypeError(`The test knows no type ${JSON.stringify(type)}.`);
  }
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const entries = (value: unknown): [string, unknown][] => (isRecord(value) ? Object.entries(value) : []);
