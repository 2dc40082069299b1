import { isGreen, type Outcome } from '../../contract/outcomes.ts';
import { sha256Bytes } from '../text/digest.ts';
import { oneLine } from '../text/untrusted-text.ts';
import { changesSection } from './changes.ts';
import { html, Markup } from './markup.ts';
import {
  alertSection,
  answerSection,
  applySection,
  checksSection,
  costSection,
  decisionSection,
  linksSection,
  nextSection,
  timelineSection,
} from './sections.ts';
import type { ReportSource } from './source.ts';
import { style } from './style.ts';

/** A page runs nothing, fetches nothing, sends nothing, and looks as `style` says. */
const policy = `default-src 'none'; style-src 'sha256-${sha256Bytes(style).toString('base64')}'; base-uri 'none'; form-action 'none'`;

/** One session as a page that stands for itself: no script, no file beside it that it needs. */
export function renderReport(source: ReportSource): string {
  const { job, collected } = source;
  const title = oneLine(source.alert?.title ?? job.input.alert.title);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${collected.outcome}: ${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>
<p><b class="outcome ${colourOf(collected.outcome)}">${collected.outcome}</b></p>
<h1>${title}</h1>
${[
  nextSection(source),
  checksSection(source),
  answerSection(source),
  changesSection(source),
  applySection(source),
  alertSection(source),
  decisionSection(source),
  timelineSection(source),
  costSection(source),
  linksSection(source),
]}</main>
</body>
</html>
`;
  return page.text;
}

function colourOf(outcome: Outcome): 'green' | 'red' | 'grey' {
  if (isGreen(outcome)) return 'green';
  return outcome === 'cancelled' ? 'grey' : 'red';
}
