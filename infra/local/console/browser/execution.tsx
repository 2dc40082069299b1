import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ofExecution, traceOf } from '../graph/trace.ts';
import type { ExecutionDetail, HistoryEvent, SessionSummary } from '../views.ts';
import { Events } from './events.tsx';
import { Graph } from './graph.tsx';
import { listen } from './live.ts';
import { Loaded, OutsideLink, Status } from './parts.tsx';
import { read, repeatedly, useResource } from './resource.ts';
import { linkTo, resultLink } from './route.ts';
import { StatePane, WholePane } from './state-pane.tsx';
import { At, Took } from './time.tsx';

/** A history grows by some events a second at most: it is read this often. */
const PAUSE_MS = 300;

/** One execution: its graph, what each state did, and its history. */
export function Execution({ name, state }: { name: string; state: string | undefined }) {
  const resource = useResource<ExecutionDetail>(`executions/${name}`, ({ executions }) => executions.includes(name));
  const events = useHistory(name);
  return <Loaded of={resource}>{(execution) => <Detail {...{ execution, events, state }} />}</Loaded>;
}

/** All events so far; each look asks for those after the last one. */
function useHistory(name: string): HistoryEvent[] {
  const [events, setEvents] = useState<HistoryEvent[]>([]);
  const last = useRef(0);
  useEffect(() => {
    last.current = 0;
    setEvents([]);
    const reader = repeatedly(async (isCurrent) => {
      // What could not be read is read at the next change; the execution itself says that the stack is away.
      const fresh = await read<HistoryEvent[]>(`executions/${name}/events?after=${last.current}`).catch(() => []);
      if (!isCurrent() || fresh.length === 0) return;
      last.current = fresh.at(-1)?.id ?? 0;
      setEvents((known) => [...known, ...fresh]);
    }, PAUSE_MS);
    reader.ask();
    const stop = listen({
      changed: (change) => {
        if (change === undefined || change.more || change.executions.includes(name)) reader.ask();
      },
    });
    return () => {
      stop();
      reader.end();
    };
  }, [name]);
  return events;
}

interface DetailProps {
  execution: ExecutionDetail;
  events: HistoryEvent[];
  state: string | undefined;
}

function Detail({ execution, events, state }: DetailProps) {
  const [all, setAll] = useState(false);
  const trace = useMemo(() => traceOf(events), [events]);
  const { name, status } = execution;
  const known = execution.definition.states.find((each) => each.name === state);
  return (
    <article class="detail" aria-labelledby="execution-title">
      <p class="crumbs">
        <a href={linkTo('executions')}>Executions</a> / {execution.machine} / <code>{name}</code>
      </p>
      <h1 id="execution-title">{execution.title || name}</h1>
      <p class="about">
        <Status status={ofExecution[status]} text={endingOf(execution)} />
        <span>
          <At at={execution.startedAt} />, <Took from={execution.startedAt} to={execution.stoppedAt} />
        </span>
        <span>{[execution.ruleName, execution.relayName].filter(Boolean).join(' · ')}</span>
        {execution.alertId !== null && <a href={linkTo('alerts', execution.alertId)}>alert →</a>}
      </p>
      <Cause execution={execution} />
      {execution.job && <Result job={execution.job} />}
      <div class="panes">
        <section class="pane drawing" aria-labelledby="graph-title">
          <div class="bar">
            <h2 id="graph-title">States</h2>
            <label>
              <input type="checkbox" checked={all} onChange={() => setAll(!all)} /> also those for errors
            </label>
          </div>
          <nav class="scroll" aria-label="States">
            <Graph
              graph={execution.definition}
              trace={trace}
              all={all}
              selected={known?.name}
              linkOf={(each) => linkTo('executions', name, each)}
            />
          </nav>
        </section>
        <section class="pane state" aria-label={known ? `State ${known.name}` : 'Execution input and output'}>
          {known ? (
            <StatePane key={known.name} {...{ known, trace }} execution={name} />
          ) : (
            <WholePane execution={execution} />
          )}
        </section>
      </div>
      <Events events={events} trace={trace} state={known?.name} />
    </article>
  );
}

/** The job's own outcome, where there is one: the error of a stopped execution is what its stopper said. */
const endingOf = ({ job, ending, status }: ExecutionDetail): string | null =>
  job?.outcome ?? ending ?? (status === 'RUNNING' ? 'running' : null);

/** US dollars to the cent, or finer where a cent would hide it. */
const usd = (amount: number): string => `$${amount.toFixed(amount > 0 && amount < 0.1 ? 4 : 2)}`;

function Cause({ execution: { status, cause, job } }: { execution: ExecutionDetail }) {
  const text = job?.cause ?? cause;
  if (text === null || text === undefined || text === '') return null;
  return <p class={`cause ${ofExecution[status]}`}>{text}</p>;
}

const parts = [
  ['report', 'Report'],
  ['patch', 'Patch'],
  ['answer', 'Answer'],
  ['manifest', 'Manifest'],
] as const;

/** What a session left: each link is made for the click, and opens a page of its own. */
function Result({ job: { id, outcome, costUsd, sessionUrl, patch, hasResult } }: { job: SessionSummary }) {
  // Each session that has ended has a report, also one that left nothing else.
  const isThere = { report: outcome !== null, patch: patch !== null, answer: hasResult, manifest: hasResult };
  return (
    <p class="result">
      {parts
        .filter(([part]) => isThere[part])
        .map(([part, text]) => (
          <a key={part} class="button" href={resultLink(id, part)} target="_blank" rel="noopener">
            {text}
          </a>
        ))}
      {sessionUrl !== null && <OutsideLink href={sessionUrl}>OpenCode session</OutsideLink>}
      {patch && (
        <span>
          {patch.files} {patch.files === 1 ? 'file' : 'files'} <ins>+{patch.additions}</ins>{' '}
          <del>−{patch.deletions}</del>
        </span>
      )}
      {costUsd !== null && <span>{usd(costUsd)}</span>}
    </p>
  );
}
