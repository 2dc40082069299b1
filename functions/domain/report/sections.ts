import type { CheckResult } from '../../contract/checks.ts';
import { diffOutcomes } from '../../contract/outcomes.ts';
import { afterEnd } from '../explain/next-actions.ts';
import { executionPage } from '../job/console-link.ts';
import { head } from '../text/cut.ts';
import { visibleLines } from '../text/untrusted-text.ts';
import { usd } from '../text/usd.ts';
import { wordOf } from '../verification/checks.ts';
import { reportLimits } from './limits.ts';
import { renderMarkdown } from './markdown.ts';
import { html, link, type Markup } from './markup.ts';
import { facts, list, section } from './parts.ts';
import { visibleCode, visibleCodeLines } from './shown.ts';
import type { ReportSource } from './source.ts';

/** For whoever looks at nothing else. */
export function nextSection({ job, collected }: ReportSource): Markup {
  const { came, steps } = afterEnd(job, collected);
  const { session } = collected;
  const all = [...came, session && html`Session: ${link(session.url, session.id)}`, ...steps];
  return section(
    'next',
    'What to do next',
    list(
      all.filter((step) => step !== null),
      (step) => step,
    ),
  );
}

const visible = (text: string): Markup => html`${visibleCode(text)}`;

/** What the sender said; characters of it that cannot be seen are named. */
export function alertSection({ job, alert }: ReportSource): Markup {
  const { title, severity, source, startsAt } = alert ?? job.input.alert;
  const message = alert?.message === undefined ? '' : visibleLines(alert.message);
  const { messageCharacters } = reportLimits;
  const whole = `GET /v0/alerts/${job.alertId}`;
  return section('alert', 'Alert', [
    facts([
      ['Title', visible(title)],
      ['Severity', severity],
      ['Source', visible(source)],
      ['Service', alert?.service && visible(alert.service)],
      ['Environment', alert?.environment && visible(alert.environment)],
      ['Since', startsAt],
      ['Alert', job.alertId],
      ['Storm', job.input.storm && `${job.input.storm.id}, ${job.input.storm.alerts} alerts in one session`],
    ]),
    message !== '' && html`<pre class="text">${visibleCodeLines(head(message, messageCharacters))}</pre>\n`,
    message.length > messageCharacters && html`<p class="cut">The message is longer than this page shows.</p>`,
    alert &&
      list(Object.entries(alert.labels), ([name, value]) => html`<b>${visible(name)}</b> ${visible(value)}`, whole),
    alert &&
      list(
        Object.entries(alert.links),
        ([name, address]) => html`${visible(name)}: ${link(address, visible(address))}`,
        whole,
      ),
  ]);
}

export function decisionSection({ job }: ReportSource): Markup {
  const { rule, relay, why, startedBy, session, catalogue } = job.input;
  return section('decision', 'Decision', [
    html`<p>${why.sentence}</p>\n`,
    facts([
      ['Reason', html`<code>${why.reason}</code>`],
      ['Rule', `${rule.name}, version ${rule.version}, last changed by ${rule.updatedBy}`],
      ['Relay', relay.name],
      ['Service', catalogue && `${catalogue.entry}, of the catalogue in version ${catalogue.version}`],
      ['Repository', catalogue?.repository],
      ['Folder', catalogue?.folder],
      ['Base', catalogue?.baseRef],
      ['Channel', catalogue?.channel],
      ['Came in', `as ${startedBy.format} through ${startedBy.webhookId}, delivery ${startedBy.deliveryId}`],
      ['Sender showed', startedBy.strength],
      ['Run by', startedBy.user],
      ['Permissions', session.permissions.profile],
      ['Model', session.model && `${session.model.providerID}/${session.model.modelID}`],
      ['Agent', session.agent],
    ]),
  ]);
}

export const timelineSection = ({ moments }: ReportSource): Markup =>
  section(
    'timeline',
    'Timeline',
    html`<ol class="timeline">${moments.map(({ at, sentence }) => html`<li><time datetime="${at}">${at}</time> ${sentence}</li>\n`)}</ol>`,
  );

export function checksSection({ collected }: ReportSource): Markup | null {
  const { checks } = collected;
  if (!checks || checks.length === 0) return null;
  return section('checks', 'Checks', checks.map(checkView));
}

const checkView = (check: CheckResult): Markup => html`<details class="check ${check.verdict}"${
  check.verdict === 'failed' ? html` open` : null
}><summary><b>${check.name}</b> ${wordOf(check)} <span class="note">${check.seconds} s</span></summary>
${check.output === '' ? html`<p class="note">It printed nothing that was kept.</p>` : html`<pre class="text">${visibleCodeLines(check.output)}</pre>\n`}
</details>\n`;

export function answerSection({ answer, collected }: ReportSource): Markup | null {
  const { agentVerdict } = collected;
  if (answer === null && !agentVerdict) return null;
  const { answerCharacters } = reportLimits;
  const shown = answer === null ? null : head(answer, answerCharacters);
  return section('answer', 'Answer of the agent', [
    html`<p class="note">Written by a model. Nothing in it was checked.</p>\n`,
    agentVerdict &&
      html`<p>Its own verdict: <b>${agentVerdict.verdict}</b> (confidence ${agentVerdict.confidence}). ${agentVerdict.sentence}</p>\n`,
    shown !== null && html`<div class="answer">${renderMarkdown(shown)}</div>`,
    answer !== null &&
      answer.length > answerCharacters &&
      html`<p class="cut">The answer is longer than this page shows: answer.md beside it has all.</p>`,
  ]);
}

export function applySection({ job, collected: { outcome, result } }: ReportSource): Markup | null {
  if (!result?.patch) return null;
  const checkedOut = result.baseCommit === null ? '' : `git checkout ${result.baseCommit}\n`;
  const isDone = diffOutcomes.some((known) => known === outcome);
  return section('apply', 'How to apply', [
    html`<p>The patch is <code>patch.diff</code> beside this page. <code>GET /v0/agents/jobs/${job.id}/result</code> links to it for five minutes.</p>
<pre class="text">${checkedOut}git apply --3way patch.diff</pre>\n`,
    !isDone && html`<p><b>The session did not finish</b> (${outcome}): this is what it had changed so far.</p>`,
    facts([
      ['Base commit', result.baseCommit],
      ['sha256 of the patch', result.patchSha256],
    ]),
  ]);
}

export function costSection({ collected: { costUsd, tokens, polls, session }, job }: ReportSource): Markup {
  return section(
    'cost',
    'Cost',
    facts([
      ['Cost', costUsd === null ? 'not known' : `${usd(costUsd)}, as the server reports it`],
      [
        'Tokens',
        tokens &&
          `${tokens.input} in, ${tokens.output} out, ${tokens.reasoning} reasoning, ${tokens.cacheRead} read from the cache, ${tokens.cacheWrite} written to it`,
      ],
      ['Polls', `${polls} of ${job.input.poll.maxAttempts}`],
      ['Server', session && `OpenCode ${session.serverVersion}`],
    ]),
  );
}

export function linksSection({ job, collected, at }: ReportSource): Markup {
  const { session, result } = collected;
  const page = job.executionArn === undefined ? null : executionPage(job.executionArn);
  return section('links', 'Links', [
    facts([
      ['Job', html`<code>${job.id}</code>`],
      ['Session', session && link(session.url, session.id)],
      ['Execution', page === null ? job.executionArn : link(page, 'in the Step Functions console')],
      ['Result', result && `s3://${result.bucket}/${job.id}/`],
      ['Page made', at],
    ]),
  ]);
}
