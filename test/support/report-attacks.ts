import type { ReportSource } from '../../functions/domain/report/source.ts';
import { sampleAlert } from './fakes/alert-samples.ts';
import { sampleManifest, samplePatch, sampleReport } from './fakes/report-samples.ts';
import { sampleCollected, sampleExecution, sampleJob } from './fakes/samples.ts';

/** Texts by which somebody tries to become more than a text. */
export const attacks = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg/onload=alert(1)>',
  "' onmouseover='alert(1)",
  '</title><meta http-equiv=refresh content="0;url=http://evil.invalid">',
  '</style><style>@import "http://evil.invalid"</style>',
  '</pre></details></section><form action=http://evil.invalid><input autofocus>',
  '<!-- ',
  '<![CDATA[',
  '&lt;script&gt;',
  '\u0000<b>',
  '{{constructor}}',
  '[click](javascript:alert(1))',
  '[click](data:text/html,<script>alert(1)</script>)',
  '![pixel](http://evil.invalid/pixel.png)',
  '<https://evil.invalid>',
  '[a]: javascript:alert(1) "x"\n\n[a]',
  '[x](https://user:secret@evil.invalid/)',
  '```html\n</code></pre><script>alert(1)</script>\n```',
  '| a | b |\n|:-|-:|\n| <i>1</i> | 2 |',
];

/** A text in every place of a page. */
export function everywhere(text: string): ReportSource {
  const plain = text.replaceAll('\n', ' ');
  const { patch, files } = samplePatch([{ path: plain, lines: [`-${plain}`, `+${plain}`] }]);
  const input = sampleExecution();
  const source = sampleReport();
  const { result, checks } = source.collected;
  const collected = sampleCollected({
    ...source.collected,
    cause: text,
    session: { id: text, url: text, serverVersion: text },
    agentVerdict: { verdict: 'fixed', sentence: text, confidence: 1 },
    checks: (checks ?? []).map((each) => ({ ...each, name: text, note: text, output: text })),
    result: result && { ...result, bucket: text, baseCommit: text },
  });
  const paths = [text];
  return sampleReport({
    collected,
    job: sampleJob({
      collected,
      executionArn: text,
      input: {
        ...input,
        ...{ relay: { id: text, name: text }, rule: { ...input.rule, name: text, updatedBy: text } },
        why: { reason: 'started', sentence: text },
        startedBy: { webhookId: text, format: text, deliveryId: text, user: text },
        session: { ...input.session, agent: text, model: { providerID: text, modelID: text } },
      },
    }),
    alert: sampleAlert({
      ...{ title: text, message: text, source: text, service: text, environment: text },
      ...{ labels: { [text]: text }, links: { [text]: text } },
    }),
    moments: [{ at: text, sentence: text }],
    manifest: sampleManifest({
      files,
      ...{ withheld: paths, skipped: paths, ignored: paths, unrecorded: paths, unread: paths, notes: paths },
      flags: [{ path: text, why: paths }],
      secrets: [{ path: text, kinds: paths, withheld: true }],
      ...{ answerSecrets: paths, refused: [{ path: text, why: text }], gitFolder: { changed: paths, branches: paths } },
    }),
    ...{ patch, answer: text },
  });
}
