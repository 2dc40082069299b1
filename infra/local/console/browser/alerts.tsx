import { useEffect, useRef } from 'preact/hooks';
import type { AlertPage, AlertRow, DecisionRow, StackState } from '../views.ts';
import { announce } from './news.ts';
import { Badge, Command, Empty, Loaded, Older } from './parts.tsx';
import { useResource } from './resource.ts';
import { linkTo } from './route.ts';
import { useRows } from './rows.ts';
import { At } from './time.tsx';

const listOfAlerts = {
  rowsOf: ({ alerts, nextCursor }: AlertPage) => ({ rows: alerts, cursor: nextCursor }),
  idOf: ({ id }: AlertRow) => id,
};

/** Alerts as they come, newest first, with what each rule made of them. */
export function Alerts({ stack }: { stack: StackState | undefined }) {
  const newest = useResource<AlertPage>('alerts', () => true);
  const list = useRows(newest.value, listOfAlerts);
  useNews(newest.value?.alerts);
  return (
    <section aria-labelledby="alerts-title">
      <h1 id="alerts-title">Alerts</h1>
      <Loaded of={newest}>
        {(page) => {
          if (page.alerts.length === 0) return <NoAlerts stack={stack} />;
          const { rows, cursor, add } = list;
          return (
            <>
              <ol class="rows">
                {rows.map((alert) => (
                  <Row key={alert.id} alert={alert} />
                ))}
              </ol>
              {cursor !== null && (
                <Older of="alerts" path={`alerts?cursor=${encodeURIComponent(cursor)}`} onRead={add} />
              )}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

function useNews(alerts: AlertRow[] | undefined): void {
  const newest = useRef<string>(undefined);
  useEffect(() => {
    const [first] = alerts ?? [];
    if (!first || first.id === newest.current) return;
    const reasons = first.decisions.map(({ did, reason }) => `${did}: ${reason}`).join(', ');
    if (newest.current !== undefined) announce(`New alert: ${first.title}. ${reasons}`);
    newest.current = first.id;
  }, [alerts]);
}

function NoAlerts({ stack }: { stack: StackState | undefined }) {
  return (
    <Empty title="No alert yet">
      <p>Send one, as Grafana would:</p>
      <Command text="npm run send -- --provider grafana" />
      {stack?.hookUrl && (
        <>
          <p>Or one of your own. It appears here by itself, with what each rule decided and why.</p>
          <Command
            text={`curl -X POST '${stack.hookUrl}' -H 'content-type: application/json' \\\n  -d '{"title":"Checkout totals are wrong","severity":"critical"}'`}
          />
        </>
      )}
    </Empty>
  );
}

function Row({ alert }: { alert: AlertRow }) {
  return (
    <li class="row alert">
      <div class="row-head">
        <Badge tone={`severity ${alert.severity}`}>{alert.severity}</Badge>
        <div class="what">
          <a class="title" href={linkTo('alerts', alert.id)}>
            {alert.title}
          </a>
          <p class="about">
            <AlertState alert={alert} />
            {[alert.source, alert.service, alert.relayName].filter(Boolean).join(' · ')}
          </p>
        </div>
        <span class="when">
          <At at={alert.createdAt} />
        </span>
      </div>
      <Decisions decisions={alert.decisions} />
    </li>
  );
}

export function AlertState({ alert }: { alert: AlertRow }) {
  if (alert.resolvedAt !== null) return <Badge tone="quiet">resolved</Badge>;
  if (alert.acknowledgedAt !== null) return <Badge tone="quiet">acknowledged</Badge>;
  return <Badge tone="open">open</Badge>;
}

export function Decisions({ decisions }: { decisions: DecisionRow[] }) {
  if (decisions.length === 0) return <p class="quiet">Not decided yet.</p>;
  return (
    <ul class="decisions">
      {decisions.map((decision) => (
        <li key={decision.ruleId}>
          <Badge tone={decision.tone}>{`${decision.did}: ${decision.reason}`}</Badge>
          <span class="sentence">{decision.sentence}</span>
          {decision.count > 1 && <span class="quiet">×{decision.count}</span>}
          <Work decision={decision} />
        </li>
      ))}
    </ul>
  );
}

function Work({ decision: { jobId, stormId, ruleName } }: { decision: DecisionRow }) {
  const id = jobId ?? stormId;
  if (id === null) return null;
  return (
    <a class="go" href={linkTo('executions', id)} aria-label={`Execution of rule ${ruleName}`}>
      execution →
    </a>
  );
}
