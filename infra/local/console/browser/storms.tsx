import type { StormRow } from '../views.ts';
import { NoStorm } from './executions.tsx';
import { Badge, Loaded, shortId } from './parts.tsx';
import { useResource } from './resource.ts';
import { linkTo } from './route.ts';
import { At, Took } from './time.tsx';

const phases: Record<string, { text: string; tone: string }> = {
  holding: { text: 'holding, too few for a storm so far', tone: 'warning' },
  collecting: { text: 'collecting', tone: 'warning' },
  triaging: { text: 'triaging', tone: 'warning' },
  dispatched: { text: 'dispatched to one session', tone: 'good' },
  released: { text: 'released, no storm', tone: 'quiet' },
  not_dispatched: { text: 'not dispatched', tone: 'bad' },
};

/** What holds alerts back, or did: newest first. */
export function Storms() {
  const storms = useResource<StormRow[]>('storms', ({ executions }) =>
    executions.some((name) => name.startsWith('stm_')),
  );
  return (
    <section aria-labelledby="storms-title">
      <h1 id="storms-title">Storms</h1>
      <Loaded of={storms}>
        {(rows) =>
          rows.length === 0 ? (
            <NoStorm />
          ) : (
            <ol class="rows">
              {rows.map((storm) => (
                <Row key={storm.id} storm={storm} />
              ))}
            </ol>
          )
        }
      </Loaded>
    </section>
  );
}

function Row({ storm }: { storm: StormRow }) {
  const { id, phase, createdAt, endedAt, held, investigated, reason, rootCause, sessionJobId } = storm;
  const { text, tone } = phases[phase] ?? { text: phase, tone: 'quiet' };
  return (
    <li class="row storm">
      <div class="row-head">
        <Badge tone={tone}>{text}</Badge>
        <div class="what">
          <a class="title" href={linkTo('executions', id)}>
            Rule {storm.ruleName}
          </a>
          <p class="about">
            <span>{storm.relayName}</span>
            {held !== null && <span>{held} alerts held</span>}
            {investigated > 0 && <span>{investigated} with sessions of their own</span>}
            {reason !== null && <span>reason: {reason}</span>}
            <code>{shortId(id)}</code>
          </p>
        </div>
        <span class="when">
          <At at={createdAt} /> · <Took from={createdAt} to={endedAt} />
        </span>
      </div>
      {rootCause !== null && <p class="sentence">Root cause: {rootCause}</p>}
      <p class="about">
        <a class="go" href={linkTo('alerts', storm.firstAlertId)}>
          alert →
        </a>
        {sessionJobId !== null && (
          <a class="go" href={linkTo('executions', sessionJobId)}>
            its session →
          </a>
        )}
      </p>
    </li>
  );
}
