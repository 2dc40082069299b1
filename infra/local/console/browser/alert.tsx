import { useRef } from 'preact/hooks';
import type { AlertDetail, ChangeNotice } from '../views.ts';
import { AlertState, Decisions } from './alerts.tsx';
import { Badge, Loaded, OutsideLink, shortId } from './parts.tsx';
import { useResource } from './resource.ts';
import { linkTo } from './route.ts';
import { At } from './time.tsx';

/** One alert: what it says, what was decided and why, and its story so far. */
export function Alert({ id }: { id: string }) {
  const jobs = useRef<string[]>([]);
  const concerns = ({ alerts, executions }: ChangeNotice) =>
    alerts.includes(id) || executions.some((name) => jobs.current.includes(name));
  const resource = useResource<AlertDetail>(`alerts/${id}`, concerns);
  jobs.current = resource.value?.jobs.map((job) => job.id) ?? [];
  return <Loaded of={resource}>{(alert) => <Detail alert={alert} />}</Loaded>;
}

function Detail({ alert }: { alert: AlertDetail }) {
  const labels = Object.entries(alert.labels);
  const links = Object.entries(alert.links);
  return (
    <article class="detail" aria-labelledby="alert-title">
      <p class="crumbs">
        <a href={linkTo('alerts')}>Alerts</a> / <code>{alert.id}</code>
      </p>
      <h1 id="alert-title">{alert.title}</h1>
      <p class="about">
        <Badge tone={`severity ${alert.severity}`}>{alert.severity}</Badge>
        <AlertState alert={alert} />
        <span>
          {[alert.source, alert.service, alert.relayName].filter(Boolean).join(' · ')}, <At at={alert.createdAt} />
        </span>
      </p>
      {alert.message !== null && alert.message !== '' && <p class="message">{alert.message}</p>}
      <h2>Decisions</h2>
      <Decisions decisions={alert.decisions} />
      <h2>Story</h2>
      <ol class="story">
        {alert.story.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ol>
      {alert.jobs.length > 0 && (
        <>
          <h2>Sessions and storms</h2>
          <ul class="jobs">
            {alert.jobs.map((job) => (
              <li key={job.id}>
                <a href={linkTo('executions', job.id)}>
                  {job.kind} {shortId(job.id)}
                </a>{' '}
                {job.outcome ?? job.status}, rule {job.ruleName}
              </li>
            ))}
          </ul>
        </>
      )}
      {labels.length > 0 && (
        <>
          <h2>Labels</h2>
          <dl class="facts">
            {labels.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {links.length > 0 && (
        <>
          <h2>Links</h2>
          <ul class="jobs">
            {links.map(([name, href]) => (
              <li key={name}>
                {name}: <OutsideLink href={href}>{href}</OutsideLink>
              </li>
            ))}
          </ul>
        </>
      )}
    </article>
  );
}
