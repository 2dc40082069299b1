import type { Collected } from '../../contract/execution.ts';
import type { ReportStatus } from '../../contract/report.ts';
import { redactText } from '../../domain/alert/redact-alert.ts';
import { momentsOf } from '../../domain/explain/explain.ts';
import { isErased } from '../../domain/job/erased.ts';
import type { Job } from '../../domain/job/job.ts';
import { reportLimits } from '../../domain/report/limits.ts';
import { type ShownManifest, shownManifestSchema } from '../../domain/report/manifest.ts';
import { renderReport } from '../../domain/report/report.ts';
import { screenedAlert } from '../../domain/report/screened-alert.ts';
import type { ReportSource } from '../../domain/report/source.ts';
import type {
  AlertStore,
  Clock,
  CredentialScanner,
  DecisionStore,
  ErasedResults,
  JobStore,
  ReportStore,
  ResultReader,
  StormStore,
} from '../../ports.ts';

interface WriteReportDeps {
  jobs: Pick<JobStore, 'get'>;
  alerts: Pick<AlertStore, 'get'>;
  decisions: Pick<DecisionStore, 'listByAlert'>;
  storms: Pick<StormStore, 'list'>;
  results: ResultReader;
  reports: ReportStore;
  erasedResults: ErasedResults;
  scanner: CredentialScanner;
  clock: Pick<Clock, 'now'>;
}

/** More than a manifest has: one of ten thousand files is 2 MB. */
const MANIFEST_CHARACTERS = 10_000_000;

/**
 * Writes the page of a session that has ended, once: a page that is there stays as it is. What is erased meanwhile is
 * taken away again.
 */
export async function writeReport(deps: WriteReportDeps, jobId: string): Promise<{ status: ReportStatus }> {
  const job = await deps.jobs.get(jobId);
  if (!job) return { status: 'unknown_job' };
  if (!job.collected) return { status: 'not_ended' };
  if (isErased(job)) return { status: 'erased' };
  if (await deps.reports.isThere(jobId)) return { status: 'already_there' };
  await deps.reports.write(jobId, renderReport(await sourceOf(deps, job, job.collected)));
  const after = await deps.jobs.get(jobId);
  if (!after || !isErased(after)) return { status: 'written' };
  await deps.erasedResults.erase(jobId);
  return { status: 'erased' };
}

async function sourceOf(deps: WriteReportDeps, job: Job, collected: Collected): Promise<ReportSource> {
  const { result } = collected;
  const read = (key: string | null | undefined, characters: number) =>
    typeof key === 'string' ? deps.results.read(key, characters) : null;
  const [story, manifest, patch, answer] = await Promise.all([
    storyOf(deps, job),
    read(result?.manifest, MANIFEST_CHARACTERS),
    // One more than is shown says that there is more.
    read(result?.patch, reportLimits.patchCharacters + 1),
    read(result?.answer, reportLimits.answerCharacters + 1),
  ]);
  return {
    job,
    collected,
    ...story,
    manifest: manifestOf(manifest),
    patch,
    answer,
    at: deps.clock.now().toISOString(),
  };
}

/** Undefined for one that is gone, too long, or that this release cannot read: the page does without it. */
function manifestOf(text: string | null): ShownManifest | undefined {
  if (text === null) return undefined;
  try {
    return shownManifestSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** What the job's rule made of the alert, in the words that the rule lets out. */
async function storyOf(
  { alerts, decisions, storms, scanner }: WriteReportDeps,
  job: Job,
): Promise<Pick<ReportSource, 'alert' | 'moments'>> {
  const [stored, recorded] = await Promise.all([alerts.get(job.alertId), decisions.listByAlert(job.alertId)]);
  if (!stored) return { alert: undefined, moments: [] };
  const mask = (text: string) => (job.input.session.resultScan === 'withhold' ? scanner.masked(text).text : text);
  const alert = screenedAlert(stored, { redact: job.redact, mask });
  const own = recorded.filter(({ ruleId }) => ruleId === job.ruleId);
  const stormIds = [...new Set(own.flatMap(({ stormId }) => stormId ?? []))];
  const moments = momentsOf({
    alert,
    decisions: own,
    jobs: [job],
    storms: stormIds.length === 0 ? [] : await storms.list(stormIds),
    responders: [],
    calls: [],
    ruleNames: new Map([[job.ruleId, job.input.rule.name]]),
  });
  const shown = moments.map(({ at, sentence }) => ({ at, sentence: mask(redactText(sentence, job.redact)) }));
  return { alert, moments: shown };
}
