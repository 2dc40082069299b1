import { useState } from 'preact/hooks';
import { statusOf, type Trace, type Visit } from '../graph/trace.ts';
import type { ExecutionDetail, MachineState } from '../views.ts';
import { Json, Status, shortId } from './parts.tsx';
import { linkTo } from './route.ts';
import { At, Took } from './time.tsx';

/** Of the execution as a whole. */
export function WholePane({ execution }: { execution: ExecutionDetail }) {
  return (
    <>
      <h2>Execution</h2>
      <p class="quiet">Choose a state to see what it was given and what it made of it.</p>
      <code class="arn">{execution.arn}</code>
      <h3>Input</h3>
      <Json text={execution.input} label="the input" />
      <h3>Output</h3>
      {execution.output === null ? (
        <p class="quiet">{execution.status === 'RUNNING' ? 'None yet: it is running.' : 'None.'}</p>
      ) : (
        <Json text={execution.output} label="the output" />
      )}
    </>
  );
}

interface StatePaneProps {
  known: MachineState;
  trace: Trace;
  execution: string;
}

/** Of one state: its latest visit, or an earlier one. */
export function StatePane({ known: { name, type, comment }, trace, execution }: StatePaneProps) {
  const visits = trace.visits.get(name) ?? [];
  const [chosen, choose] = useState<number>();
  const index = Math.min(chosen ?? visits.length - 1, visits.length - 1);
  const visit = visits[index];
  return (
    <>
      <div class="bar">
        <h2>{name}</h2>
        <span class="quiet">{type}</span>
        <a href={linkTo('executions', execution)}>close</a>
      </div>
      {comment !== null && <p class="quiet">{comment}</p>}
      {visits.length > 1 && (
        <div class="bar">
          <button type="button" disabled={index === 0} onClick={() => choose(index - 1)}>
            ‹ earlier
          </button>
          <span>
            visit {index + 1} of {visits.length}
          </span>
          <button type="button" disabled={index === visits.length - 1} onClick={() => choose(index + 1)}>
            later ›
          </button>
        </div>
      )}
      {visit ? <VisitPane visit={visit} execution={execution} /> : <Status status={statusOf(trace, name)} />}
    </>
  );
}

/** Executions that a state began: their names are ids, and stand in what it was given or made. */
const othersIn = ({ input, output }: Visit, execution: string): string[] => {
  const found = `${input} ${output}`.match(/\b(?:job|run|stm)_[0-9a-f]{32}\b/g) ?? [];
  return [...new Set(found)].filter((name) => name !== execution).slice(0, MOST_OTHERS);
};
const MOST_OTHERS = 5;

function VisitPane({ visit, execution }: { visit: Visit; execution: string }) {
  return (
    <>
      <p class="about">
        <Status status={visit.status} />
        <span>
          <At at={visit.enteredAt} />, <Took from={visit.enteredAt} to={visit.leftAt} />
        </span>
        {visit.attempts > 1 && <span>{visit.attempts} attempts</span>}
        {othersIn(visit, execution).map((name) => (
          <a key={name} class="go" href={linkTo('executions', name)}>
            {shortId(name)} →
          </a>
        ))}
      </p>
      {visit.error !== null && (
        <>
          <h3>Error</h3>
          <p class="failure">{visit.error}</p>
          {visit.cause !== null && <Json text={visit.cause} label="the cause" />}
        </>
      )}
      <h3>Input</h3>
      {visit.input === null ? <p class="quiet">None.</p> : <Json text={visit.input} label="the state's input" />}
      <h3>Output</h3>
      {visit.output === null ? <p class="quiet">None.</p> : <Json text={visit.output} label="the state's output" />}
    </>
  );
}
