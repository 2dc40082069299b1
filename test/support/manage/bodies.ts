import fc from 'fast-check';

type Schema = Record<string, unknown>;
type Path = string[];

const record = (value: unknown): Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const number = (value: unknown, instead: number): number => (typeof value === 'number' ? value : instead);

/** What a schema of the document allows. Patterns and checks without words in JSON Schema are not kept. */
function fromSchema(schema: Schema): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const choices = [...list(schema.anyOf), ...list(schema.oneOf)];
  if (choices.length > 0) return fc.oneof(...choices.map((each) => fromSchema(record(each))));
  switch (schema.type) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return fc.array(fromSchema(record(schema.items)), { maxLength: 3 });
    case 'string':
      return fc.string({
        minLength: number(schema.minLength, 0),
        maxLength: Math.min(number(schema.maxLength, 40), 300),
      });
    case 'integer':
      return fc.integer({
        min: number(schema.minimum, -1_000),
        max: Math.min(number(schema.maximum, 1_000), 1_000_000),
      });
    case 'number':
      return fc.double({ noNaN: true });
    case 'boolean':
      return fc.boolean();
    default:
      return fc.jsonValue();
  }
}

function objectOf(schema: Schema): fc.Arbitrary<unknown> {
  const members = Object.entries(record(schema.properties)).map(
    ([name, of]) => [name, fromSchema(record(of))] as const,
  );
  const requiredKeys = list(schema.required).map(String);
  const known = fc.record(Object.fromEntries(members), { requiredKeys, noNullPrototype: true });
  if (typeof schema.additionalProperties !== 'object') return known;
  return fc
    .tuple(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }), known)
    .map(([free, rest]) => ({ ...free, ...rest }));
}

/** Values that fit hardly anywhere. */
const wrong = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    0,
    -1,
    1.5,
    1e308,
    Number.MAX_SAFE_INTEGER,
    [],
    {},
    '\u0000',
    '\ud800',
    'x'.repeat(70_000),
  ),
  fc.jsonValue(),
);
const oddKey = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'nmae'),
  fc.string(),
);

const pathsIn = (value: unknown, path: Path = []): Path[] =>
  Object.entries(record(value)).flatMap(([name, member]) => [[...path, name], ...pathsIn(member, [...path, name])]);

/** The value with one member put, or taken away, at a path. */
function changed(value: unknown, [name = '', ...rest]: Path, put: { to: unknown } | 'away'): unknown {
  const members = Object.entries(record(value)).filter(([each]) => rest.length > 0 || each !== name);
  if (rest.length > 0)
    return Object.fromEntries(members.map(([each, of]) => [each, each === name ? changed(of, rest, put) : of]));
  // By entries, so that `__proto__` is a member like any other.
  return Object.fromEntries(put === 'away' ? members : [...members, [name, put.to]]);
}

function nearlyValid(example: unknown): fc.Arbitrary<unknown> {
  const paths = pathsIn(example);
  const parents = [[], ...paths.map((path) => path.slice(0, -1))];
  const added = fc
    .tuple(fc.constantFrom(...parents), oddKey, wrong)
    .map(([parent, key, to]) => changed(example, [...parent, key], { to }));
  if (paths.length === 0) return added;
  const at = fc.constantFrom(...paths);
  return fc.oneof(
    added,
    fc.tuple(at, wrong).map(([path, to]) => changed(example, path, { to })),
    at.map((path) => changed(example, path, 'away')),
  );
}

const deep = (open: string, close: string) => `${open.repeat(20_000)}${close.repeat(20_000)}`;
/** No JSON objects, or such that a parser or a walk over them can fail at. */
const hostile: (string | Buffer)[] = [
  '',
  '{',
  'null',
  '[]',
  '"text"',
  '1e999',
  deep('[', ']'),
  deep('{"a":', '}').replace('}', '1}'),
  `{"metadata":${deep('{"a":', '}').replace('}', '1}')}}`,
  `{"config":${deep('[', ']')},"name":"r","ruleType":"agent"}`,
  '{"__proto__":{"name":"r"},"name":"r"}',
  '{"name":"r","name":{}}',
  `{"name":"${'x'.repeat(262_144)}"}`,
  `{${Array.from({ length: 5_000 }, (_, index) => `"f${index}":1`).join()}}`,
  Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
  Buffer.from('{"name":"\u00e9"}', 'latin1'),
];

/** Bodies of every kind for one operation: valid ones, nearly valid ones, and what is no answer to any schema. */
export function bodies({ schema, example }: { schema: Schema; example: unknown }): fc.Arbitrary<string | Buffer> {
  const json = (value: unknown) => JSON.stringify(value) ?? '';
  return fc.oneof(
    { weight: 3, arbitrary: fromSchema(schema).map((value) => json({ ...record(example), ...record(value) })) },
    { weight: 1, arbitrary: fromSchema(schema).map(json) },
    { weight: 5, arbitrary: nearlyValid(example ?? {}).map(json) },
    { weight: 2, arbitrary: fc.constantFrom(...hostile) },
    { weight: 1, arbitrary: fc.jsonValue().map(json) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  );
}
