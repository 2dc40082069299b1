import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonText, memberText, toJson } from '../../../functions/api/manage/json-text.ts';

describe('the text of a member', () => {
  const cases: [json: string, text: string | undefined][] = [
    ['{"config":{"a":1}}', '{"a":1}'],
    ['{"name":"x","config":{"10":1,"9":1e3,"b":1.0,"a":-0}}', '{"10":1,"9":1e3,"b":1.0,"a":-0}'],
    [' \n{ "name" : "x" ,\t"config" : { "a" : [ 1 , 2 ] } , "z" : 1 } ', '{ "a" : [ 1 , 2 ] }'],
    ['{"config":{"a":"}]\\"{,\\\\"},"z":"config"}', '{"a":"}]\\"{,\\\\"}'],
    ['{"other":{"config":{"inner":1}},"config":{"outer":1}}', '{"outer":1}'],
    ['{"text":"\\"config\\":{\\"no\\":1}","config":{}}', '{}'],
    ['{"\\u0063onfig":{"escaped":1}}', '{"escaped":1}'],
    ['{"config":{"first":1},"config":{"last":1}}', '{"last":1}'],
    ['{"config":true ,"z":1}', 'true'],
    ['{"z":1,"config":-1.50E+2}', '-1.50E+2'],
    ['{"config":"a\\\\"}', '"a\\\\"'],
    ['{"config":{"é":"💥 "}}', '{"é":"💥 "}'],
    ['{"name":"config"}', undefined],
    ['{}', undefined],
    ['[{"config":1}]', undefined],
    ['"config"', undefined],
    ['12', undefined],
  ];
  test.each(cases)('%s', (json, text) => {
    expect(memberText(json, 'config')).toBe(text);
  });

  test('is what JSON.parse reads, in any JSON object and layout', () => {
    const spacing = fc.constantFrom(undefined, 1, 2, '\t');
    const members = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('config', 'config"', '\\')), fc.jsonValue());
    fc.assert(
      fc.property(members, fc.jsonValue(), spacing, (others, config, space) => {
        const json = JSON.stringify({ ...others, config }, null, space);
        const text = memberText(json, 'config') ?? '';
        expect(json).toContain(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(json).config);
      }),
    );
  });

  test('no depth is too much', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(memberText(`{"config":${deep},"z":1}`, 'config')).toBe(deep);
  });
});

describe('toJson', () => {
  test('writes a text as it is, and everything else as JSON.stringify does', () => {
    const plain = { a: [1, 'x', null, true, { b: undefined }], 'ключ "': 'é\n', none: undefined };
    expect(toJson(plain)).toBe(JSON.stringify(plain));
    expect(toJson({ rule: { config: new JsonText('{ "9":1e3 }') } })).toBe('{"rule":{"config":{ "9":1e3 }}}');
  });
});
