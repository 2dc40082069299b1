import { diffView } from './diff-view.ts';
import { reportLimits } from './limits.ts';
import type { ShownManifest } from './manifest.ts';
import { html, type Markup } from './markup.ts';
import { list, section } from './parts.ts';
import { visibleCode } from './shown.ts';
import type { ReportSource } from './source.ts';

/** What is changed, what to look at in it first, and what is not in it. */
export function changesSection({ manifest, patch, collected: { result } }: ReportSource): Markup | null {
  if (!result) return null;
  const { files, additions, deletions } = result;
  return section(
    'changes',
    'Changes',
    [
      html`<p>${files} ${files === 1 ? 'file' : 'files'}, <ins>+${additions}</ins> <del>−${deletions}</del> lines.</p>\n`,
      manifest?.patchCheck === 'parsed' &&
        html`<p class="warning">The server could not be asked whether the patch applies: it is one by its form alone.</p>\n`,
      !manifest &&
        html`<p class="cut">manifest.json could not be read. The lines are in patch.diff beside this page.</p>\n`,
      manifest && [...flags(manifest), ...leftOut(manifest)],
      patch !== null && manifest && diffView(patch, manifest.files),
      isCut(patch) && html`<p class="cut">The patch is longer than this page reads: patch.diff beside it has all.</p>`,
    ].flat(),
  );
}

const isCut = (patch: string | null): boolean => (patch?.length ?? 0) > reportLimits.patchCharacters;

const path = (name: string): Markup => html`<code>${visibleCode(name)}</code>`;

/** What an automatic step must not take without somebody's look. */
function flags({ flags, secrets, answerSecrets, gitFolder, notes }: ShownManifest): (Markup | null)[] {
  return [
    warned(
      'To look at first',
      list(flags, (flag) => html`${path(flag.path)} ${flag.why.join(', ')}`),
    ),
    warned(
      'Secrets were found',
      list(
        secrets,
        ({ path: name, kinds, withheld }) => html`${path(name)} ${kinds.join(', ')}${withheld && ' (left out)'}`,
      ),
    ),
    warned(
      'Secrets stood in the answer',
      list(answerSecrets, (kind) => kind),
    ),
    warned('Changed in the git folder', list(gitFolder?.changed ?? [], path)),
    warned('Branches that moved', list(gitFolder?.branches ?? [], path)),
    warned(
      'Notes',
      list(notes, (note) => note),
    ),
  ];
}

function leftOut({ withheld, refused, skipped, ignored, unrecorded, unread }: ShownManifest): (Markup | null)[] {
  return [
    warned('Left out, likely secret', list(withheld, path)),
    warned(
      'Left out, git apply refuses the path',
      list(refused, (each) => html`${path(each.path)} ${each.why}`),
    ),
    warned('Left out, no content that fits', list(skipped, path)),
    warned('Written by the agent, and ignored by git', list(ignored, path)),
    warned('Changed in the shared directory, and not recorded for this session', list(unrecorded, path)),
    warned(
      'Could not be read',
      list(unread, (what) => what),
    ),
  ];
}

const warned = (heading: string, entries: Markup | null): Markup | null =>
  entries && html`<div class="warning"><h3>${heading}</h3>\n${entries}</div>\n`;
