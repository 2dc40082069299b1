/** What the names in a template stand for. Both throw on a name that is unknown. */
export interface Lookup {
  /** Value of `Ref`; undefined only for `AWS::NoValue`. */
  ref(name: string): string | undefined;
  attribute(logicalId: string, name: string): string;
}

type Intrinsic = (argument: unknown, lookup: Lookup) => unknown;

const intrinsics: Record<string, Intrinsic> = {
  Ref: (name, lookup) => lookup.ref(text(name, 'Ref')),
  'Fn::GetAtt': (argument, lookup) => lookup.attribute(...attributeName(argument)),
  'Fn::Join': (argument, lookup) => {
    const [separator, parts] = list(argument, 'Fn::Join');
    return list(resolve(parts, lookup), 'Fn::Join')
      .map((part) => text(part, 'Fn::Join'))
      .join(text(separator, 'Fn::Join'));
  },
  'Fn::Split': (argument, lookup) => {
    const [separator, source] = list(argument, 'Fn::Split');
    return text(resolve(source, lookup), 'Fn::Split').split(text(separator, 'Fn::Split'));
  },
  'Fn::Select': (argument, lookup) => {
    const [index, source] = list(argument, 'Fn::Select');
    const chosen = list(resolve(source, lookup), 'Fn::Select')[Number(resolve(index, lookup))];
    if (chosen === undefined) throw new Error(`Fn::Select: there is no item ${index}`);
    return chosen;
  },
  'Fn::Sub': (argument, lookup) => {
    const [template, values] = substitution(argument);
    return template.replace(placeholder, (_, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (name in values) return text(resolve(values[name], lookup), 'Fn::Sub');
      return name.includes('.')
        ? lookup.attribute(...attributeName(name))
        : text(lookup.ref(name), `Fn::Sub of ${name}`);
    });
  },
};

const placeholder = /\$\{([^}]+)\}/g;

/**
 * The value with every intrinsic function replaced by what it stands for. What `AWS::NoValue` stands for is left out.
 * Throws on an intrinsic function that is not known here.
 */
export function resolve(value: unknown, lookup: Lookup): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, lookup)).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  const call = callOf(value);
  return call ? call.intrinsic(call.argument, lookup) : resolveAll(value, lookup);
}

/** The same for each value of an object, e.g. for the properties of a resource. */
export function resolveAll(values: Record<string, unknown>, lookup: Lookup): Record<string, unknown> {
  const resolved = Object.entries(values).map(([key, item]) => [key, resolve(item, lookup)] as const);
  return Object.fromEntries(resolved.filter(([, item]) => item !== undefined));
}

/** Names that the value refers to: logical ids, and pseudo parameters such as `AWS::Region`. */
export function referencesIn(value: unknown): string[] {
  const names = new Set<string>();
  const note: Lookup = {
    ref: (name) => {
      names.add(name);
      return '';
    },
    attribute: (logicalId) => {
      names.add(logicalId);
      return '';
    },
  };
  collect(value, note);
  return [...names];
}

/** Not by `resolve`: what Fn::Select and Fn::Split make of a placeholder is nothing. */
function collect(value: unknown, note: Lookup): void {
  if (Array.isArray(value)) for (const item of value) collect(item, note);
  if (!isObject(value)) return;
  const call = callOf(value);
  if (call && ['Ref', 'Fn::GetAtt', 'Fn::Sub'].includes(call.name)) call.intrinsic(call.argument, note);
  for (const item of Object.values(value)) collect(item, note);
}

function callOf(value: Record<string, unknown>) {
  const name = Object.keys(value).find((key) => key === 'Ref' || key.startsWith('Fn::'));
  if (name === undefined) return undefined;
  const intrinsic = intrinsics[name];
  if (!intrinsic) throw new Error(`The intrinsic function ${name} is not known here`);
  if (Object.keys(value).length > 1) throw new Error(`${name} has to stand alone in its object`);
  return { name, intrinsic, argument: value[name] };
}

function attributeName(argument: unknown): [logicalId: string, name: string] {
  if (typeof argument !== 'string') {
    const [logicalId, name] = list(argument, 'Fn::GetAtt');
    return [text(logicalId, 'Fn::GetAtt'), text(name, 'Fn::GetAtt')];
  }
  const dot = argument.indexOf('.');
  if (dot < 1) throw new Error(`Fn::GetAtt: "${argument}" names no attribute`);
  return [argument.slice(0, dot), argument.slice(dot + 1)];
}

function substitution(argument: unknown): [template: string, values: Record<string, unknown>] {
  if (typeof argument === 'string') return [argument, {}];
  const [template, values] = list(argument, 'Fn::Sub');
  if (!isObject(values)) throw new Error('Fn::Sub: its second argument has to be an object');
  return [text(template, 'Fn::Sub'), values];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function text(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${where}: a text was expected, not ${JSON.stringify(value)}`);
}

function list(value: unknown, where: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${where}: a list was expected, not ${JSON.stringify(value)}`);
}
