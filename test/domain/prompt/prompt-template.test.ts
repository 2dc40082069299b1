import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../../functions/contract/limits.ts';
import {
  defaultTemplate,
  fillTemplate,
  placeholdersIn,
  promptTemplateProblem,
} from '../../../functions/domain/prompt/prompt-template.ts';

describe('a template can be used', () => {
  const templates = [
    defaultTemplate,
    'Run the health check.',
    'Look at {{alert.title}} of {{ alert.service }} ({{relay.name}}, {{rule.name}}).',
    '{{alert.severity}} {{alert.message}} {{alert.source}} {{alert.environment}} {{alert.startsAt}} {{alert.labels}}',
    '{{alert.links}} {{alert.metadata}}',
    'JSON such as {"a":{"b":1}} and } or { alone.',
    '{{{alert}}}',
    `{{alert}}${'x'.repeat(limits.promptTemplateCharacters - '{{alert}}'.length)}`,
  ];
  test.each(templates)('%.60s', (template) => expect(promptTemplateProblem(template)).toBeUndefined());
});

describe('a template cannot be used', () => {
  const cases: [template: string, problem: RegExp][] = [
    ['{{alert.titel}}', /unknown placeholder \{\{alert\.titel\}\}: did you mean \{\{alert\.title\}\}\?$/],
    ['{{ Alert.Message }}', /did you mean \{\{alert\.message\}\}\?$/],
    ['{{title}}', /did you mean \{\{alert\.title\}\}\?$/],
    ['{{relay}}', /there are \{\{alert\}\}, .*\{\{rule\.name\}\}$/],
    ['{{}}', /unknown placeholder \{\{\}\}/],
    ['{{constructor}}', /unknown placeholder/],
    [`{{${'a'.repeat(500)}}}`, /^has an unknown placeholder \{\{a{40}…\}\}: there are/],
    ['{{alert}} {{alert.title', /"\{\{" that no "\}\}" closes/],
    ['x'.repeat(limits.promptTemplateCharacters + 1), /16000 characters at most/],
    ['{{alert}}'.repeat(6), /24000 characters, and this one needs 24500 at least/],
  ];
  test.each(cases)('%.40s', (template, problem) => expect(promptTemplateProblem(template)).toMatch(problem));
});

test('what is put in is not looked at again, whatever it holds', () => {
  const filled = fillTemplate('{{alert}} and {{ rule.name }}', (name) => `<${name} {{relay.name}} $& $1>`);
  expect(filled).toBe('<alert {{relay.name}} $& $1> and <rule.name {{relay.name}} $& $1>');
});

test('names its placeholders, each once', () => {
  expect([...placeholdersIn('{{alert}} {{ rule.name }} {{alert}}')]).toEqual(['alert', 'rule.name']);
});

test('every text has a problem or has none; nothing throws', () => {
  const piece = fc.oneof(fc.constantFrom('{{', '}}', 'alert', '.title', ' '), fc.string());
  fc.assert(
    fc.property(fc.array(piece), (pieces) =>
      ['string', 'undefined'].includes(typeof promptTemplateProblem(pieces.join(''))),
    ),
  );
});
