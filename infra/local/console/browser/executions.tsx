import { useState } from 'preact/hooks';
import { ofExecution } from '../graph/trace.ts';
import type { ExecutionPage, ExecutionRow } from '../views.ts';
import { Command, Empty, Loaded, Older, Status, shortId } from './parts.tsx';
import { useResource } from './resource.ts';
import { linkTo, resultLink } from './route.ts';
import { useRows } from './rows.ts';
import { At, Took } from './time.tsx';

const kinds = [
  ['', 'All'],
  ['job', 'Sessions'],
  ['run', 'Relay runs'],
  ['stm', 'Storms'],
] as const;

const listOfExecutions = {
  rowsOf: ({ executions, nextToken }: ExecutionPage) => ({ rows: executions, cursor: nextToken }),
  idOf: ({ name }: ExecutionRow) => name,
};

/** Executions of all three machines, newest first. */
export function Executions() {
  const [kind, setKind] = useState('');
  const query = kind === '' ? 'executions' : `executions?machine=${kind}`;
  const newest = useResource<ExecutionPage>(query, ({ executions }) => executions.length > 0);
  const list = useRows(newest.value, listOfExecutions);
  return (
    <section aria-labelledby="executions-title">
      <h1 id="executions-title">Executions</h1>
      <fieldset class="choice">
        <legend class="unseen">State machine</legend>
        {kinds.map(([value, name]) => (
          <label key={value}>
            <input
              type="radio"
              name="machine"
              checked={kind === value}
              onChange={() => {
                setKind(value);
                list.reset();
              }}
            />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
      <Loaded of={newest}>
        {(page) => {
          if (page.executions.length === 0) return <NoExecutions kind={kind} />;
          const { rows, cursor, add } = list;
          return (
            <>
              <ol class="rows">
                {rows.map((execution) => (
                  <Row key={execution.name} execution={execution} />
                ))}
              </ol>
              {cursor !== null && (
                <Older of="executions" path={`${query}&token=${encodeURIComponent(cursor)}`} onRead={add} />
              )}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

function NoExecutions({ kind }: { kind: string }) {
  if (kind === 'run') {
    return (
      <Empty title="No relay run yet">
        <p>A relay with several rules, delays or rounds has one for each alert. Give a relay a second rule.</p>
      </Empty>
    );
  }
  if (kind === 'stm') return <NoStorm />;
  return (
    <Empty title="No execution yet">
      <p>An alert that a rule starts a session for is one. Send one:</p>
      <Command text="npm run send -- --provider grafana" />
    </Empty>
  );
}

export const NoStorm = () => (
  <Empty title="No storm yet">
    <p>More alerts than a rule takes one by one are held, and triaged in one session. Send many at once:</p>
    <Command text="npm run send -- --provider grafana --storm 30" />
  </Empty>
);

function Row({ execution }: { execution: ExecutionRow }) {
  const { name, machine, status, ending, startedAt, stoppedAt } = execution;
  return (
    <li class="row execution">
      <div class="row-head">
        <Status status={ofExecution[status]} text={ending ?? (status === 'RUNNING' ? 'running' : undefined) ?? null} />
        <div class="what">
          <a class="title" href={linkTo('executions', name)}>
            {execution.title || name}
          </a>
          <p class="about">
            <span>{[machine, execution.ruleName, execution.relayName].filter(Boolean).join(' · ')}</span>
            <code>{shortId(name)}</code>
            {name.startsWith('job_') && status !== 'RUNNING' && (
              <a href={resultLink(name, 'report')} target="_blank" rel="noopener" aria-label={`Report of ${name}`}>
                report
              </a>
            )}
          </p>
        </div>
        <span class="when">
          <At at={startedAt} /> · <Took from={startedAt} to={stoppedAt} />
        </span>
      </div>
    </li>
  );
}
