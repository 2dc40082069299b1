import { describe, expect, test } from 'vitest';
import { type Lookup, referencesIn, resolve } from '../../../../infra/local/template/intrinsics.ts';

const known = new Map<string, string | undefined>([
  ['AWS::Region', 'eu-central-1'],
  ['AWS::NoValue', undefined],
  ['Table', 'table-1'],
]);
const lookup: Lookup = {
  ref(name) {
    if (known.has(name)) return known.get(name);
    throw new Error(`no ${name}`);
  },
  attribute: (logicalId, name) => `${logicalId}/${name}`,
};

describe('a template value is resolved', () => {
  test.each<[name: string, value: unknown, resolved: unknown]>([
    ['plain values stay', { a: [1, true, null, 'text'] }, { a: [1, true, null, 'text'] }],
    ['Ref to a resource', { Ref: 'Table' }, 'table-1'],
    ['Ref to a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-central-1'],
    ['Ref to no value, in an object', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
    ['Ref to no value, in a list', [{ Ref: 'AWS::NoValue' }, 1], [1]],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Fn', 'Arn'] }, 'Fn/Arn'],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Fn.Endpoint.Port' }, 'Fn/Endpoint.Port'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'Table' }, 2]] }, 'a-table-1-2'],
    ['Fn::Split', { 'Fn::Split': ['-', { Ref: 'Table' }] }, ['table', '1']],
    ['Fn::Select', { 'Fn::Select': ['1', { 'Fn::Split': ['-', { Ref: 'Table' }] }] }, '1'],
    ['Fn::Sub with names', { 'Fn::Sub': `\${Table}@\${AWS::Region} \${Fn.Arn}` }, 'table-1@eu-central-1 Fn/Arn'],
    ['Fn::Sub with values', { 'Fn::Sub': [`\${a}\${!a}`, { a: { Ref: 'Table' } }] }, `table-1\${a}`],
    ['deep inside', { a: [{ b: { Ref: 'Table' } }] }, { a: [{ b: 'table-1' }] }],
  ])('%s', (_, value, resolved) => {
    expect(resolve(value, lookup)).toEqual(resolved);
  });

  test.each<[name: string, value: unknown, message: RegExp]>([
    ['an intrinsic function that is not known', { a: { 'Fn::ImportValue': 'x' } }, /Fn::ImportValue is not known here/],
    ['an intrinsic function with company', { Ref: 'Table', other: 1 }, /Ref has to stand alone/],
    ['a name that is not known', { Ref: 'Nothing' }, /no Nothing/],
    ['an item that is not there', { 'Fn::Select': [2, ['a']] }, /no item 2/],
    ['a list where text belongs', { 'Fn::Join': ['', [['a']]] }, /text was expected/],
    ['text where a list belongs', { 'Fn::Join': ['', 'a'] }, /list was expected/],
  ])('refused: %s', (_, value, message) => {
    expect(() => resolve(value, lookup)).toThrow(message);
  });
});

test('references are found wherever they stand, each once', () => {
  const value = {
    a: { 'Fn::Join': ['', [{ Ref: 'One' }, { 'Fn::GetAtt': ['Two', 'Arn'] }]] },
    b: { 'Fn::Select': [0, { 'Fn::Split': [':', { Ref: 'One' }] }] },
    c: { 'Fn::Sub': [`\${Three.Arn} \${local}`, { local: { Ref: 'Four' } }] },
  };
  expect(referencesIn(value)).toEqual(['One', 'Two', 'Three', 'Four']);
  expect(() => referencesIn({ 'Fn::If': [] })).toThrow('Fn::If');
});
