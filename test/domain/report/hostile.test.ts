import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAlerts } from '../../../functions/domain/intake/formats.ts';
import { parseBody } from '../../../functions/domain/intake/json.ts';
import { HookRefusal } from '../../../functions/domain/intake/refusal.ts';
import { renderReport } from '../../../functions/domain/report/report.ts';
import { style } from '../../../functions/domain/report/style.ts';
import { sha256Bytes } from '../../../functions/domain/text/digest.ts';
import { sampleAlert } from '../../support/fakes/alert-samples.ts';
import { bytesOf } from '../../support/fakes/intake.ts';
import { sampleReport } from '../../support/fakes/report-samples.ts';
import { mutated, nasty, steps } from '../../support/mutation.ts';
import { readPage } from '../../support/page.ts';
import { runs } from '../../support/property-runs.ts';
import { attacks, everywhere } from '../../support/report-attacks.ts';
import { corpus } from '../intake/payloads/corpus.ts';

/** Elements that the page itself and the markdown of an answer are made of; none of them asks for anything. */
const ours = new Set(
  (
    'html head meta title style body main p b h1 h2 h3 h4 h5 h6 section dl div dt dd code pre ul ol li time details ' +
    'summary span ins del table colgroup col thead tbody tr th td a em strong s hr br blockquote'
  ).split(' '),
);
const harmless = new Set(
  'lang charset http-equiv content name class id aria-labelledby aria-label datetime open href rel colspan start'.split(
    ' ',
  ),
);

/** What a page of others' texts must not have. */
function check(page: string): void {
  const { elements, errors } = readPage(page);
  expect(errors).toEqual([]);
  for (const { name, attributes } of elements) {
    expect(ours).toContain(name);
    for (const [attribute, value] of Object.entries(attributes)) {
      expect(harmless).toContain(attribute);
      if (attribute === 'href') expect(value).toMatch(/^(?:https?|mailto):/);
    }
  }
  expect(elements.filter(({ name }) => name === 'meta')).toHaveLength(6);
  expect(elements.filter(({ name }) => name === 'style')).toHaveLength(1);
}

describe('what others wrote', () => {
  test.each(attacks)('is text wherever it stands: %j', (attack) => check(renderReport(everywhere(attack))));

  test('a link of an answer leads to https or mailto, and names where', () => {
    const answer =
      '[a](http://plain.invalid) [b](https://good.invalid/x) [c](mailto:a@good.invalid) [d](//evil.invalid)';
    const { elements } = readPage(renderReport(sampleReport({ answer, alert: undefined })));
    const links = elements.flatMap(({ attributes: { href, rel } }) =>
      href?.includes('.invalid') ? [[href, rel]] : [],
    );
    expect(links).toEqual([
      ['https://good.invalid/x', 'noreferrer'],
      ['mailto:a@good.invalid', 'noreferrer'],
    ]);
  });

  test('the check sees what it is there to see', () => {
    const page = renderReport(sampleReport());
    for (const planted of [
      '<script></script>',
      '<img>',
      '<p onclick="x">',
      '<a href="javascript:x">x</a>',
      '<meta name="x">',
    ]) {
      expect(() => check(page.replace('</main>', `${planted}</main>`)), planted).toThrow();
    }
  });

  test.each(corpus)('texts of mutated bodies of $name are text', ({ body, provider }) => {
    fc.assert(
      fc.property(steps, nasty, fc.constantFrom(...attacks), (path, value, attack) => {
        const planted = typeof value === 'string' ? attack : value;
        const parsed = parseBody(bytesOf(mutated(body, path, planted)), undefined);
        const read = parsed instanceof HookRefusal ? parsed : readAlerts(parsed, provider);
        if (read instanceof HookRefusal || 'nothing' in read) return;
        for (const { status: _, startsApart: __, severityAssumed: ___, ...occurrence } of read.occurrences.slice(
          0,
          2,
        )) {
          const alert = { ...sampleAlert(), ...occurrence, startsAt: occurrence.startsAt ?? sampleAlert().startsAt };
          check(renderReport(sampleReport({ alert, answer: occurrence.message ?? occurrence.title })));
        }
      }),
      { numRuns: runs(0.1) },
    );
  });
});

test('the policy allows one style, by its digest, and nothing else', () => {
  const page = renderReport(sampleReport());
  const { elements } = readPage(page);
  const policy = elements.find(({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy');
  expect(policy?.attributes.content).toBe(
    `default-src 'none'; style-src 'sha256-${sha256Bytes(style).toString('base64')}'; base-uri 'none'; form-action 'none'`,
  );
  expect(page).toContain(`<style>${style}</style>`);
  expect(style).not.toMatch(/url\(|@import|expression|</);
});
