import { useState } from 'preact/hooks';
import type { Trace } from '../graph/trace.ts';
import type { HistoryEvent } from '../views.ts';
import { Json } from './parts.tsx';
import { spanText } from './time.tsx';

const SHOWN = 100;

/** The history, event by event, newest last as Step Functions has it; of a long one the end. */
export function Events({ events, trace, state }: { events: HistoryEvent[]; trace: Trace; state: string | undefined }) {
  const [isWhole, setWhole] = useState(false);
  const [isOfState, setOfState] = useState(false);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const wanted = isOfState && state !== undefined ? events.filter(({ id }) => trace.stateOf.get(id) === state) : events;
  const shown = isWhole ? wanted : wanted.slice(-SHOWN);
  const began = Date.parse(events[0]?.at ?? '');
  const toggle = (id: number) =>
    setOpen(open.has(id) ? new Set([...open].filter((each) => each !== id)) : new Set([...open, id]));
  return (
    <section aria-labelledby="events-title" class="events">
      <div class="bar">
        <h2 id="events-title">Event history</h2>
        <span class="quiet">
          {shown.length < wanted.length ? `the last ${shown.length} of ${wanted.length}` : `${wanted.length} events`}
        </span>
        {shown.length < wanted.length && (
          <button type="button" onClick={() => setWhole(true)}>
            Show all
          </button>
        )}
        {state !== undefined && (
          <label>
            <input type="checkbox" checked={isOfState} onChange={() => setOfState(!isOfState)} /> of {state} alone
          </label>
        )}
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">Id</th>
            <th scope="col">Type</th>
            <th scope="col">State</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((event) => (
            <EventRow
              key={event.id}
              event={event}
              state={trace.stateOf.get(event.id)}
              after={spanText(Date.parse(event.at) - began)}
              isOpen={open.has(event.id)}
              onToggle={() => toggle(event.id)}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface EventRowProps {
  event: HistoryEvent;
  state: string | undefined;
  after: string;
  isOpen: boolean;
  onToggle(): void;
}

function EventRow({ event: { id, type, at, details }, state, after, isOpen, onToggle }: EventRowProps) {
  const hasDetails = Object.keys(details).length > 0;
  return (
    <>
      <tr class={toneOf(type)}>
        <td class="number">{id}</td>
        <td>
          {hasDetails ? (
            <button type="button" class="plain" aria-expanded={isOpen} onClick={onToggle}>
              {type}
            </button>
          ) : (
            <span class="plain">{type}</span>
          )}
        </td>
        <td>{state ?? ''}</td>
        <td class="number" title={at}>
          {after}
        </td>
      </tr>
      {isOpen && (
        <tr class="details">
          <td colSpan={4}>
            <Json text={JSON.stringify(readable(details))} label={`details of event ${id}`} />
          </td>
        </tr>
      )}
    </>
  );
}

function toneOf(type: string): string {
  if (/Failed|TimedOut/.test(type)) return 'bad';
  if (/Aborted/.test(type)) return 'warning';
  return type.startsWith('Execution') ? 'whole' : '';
}

/** Members that hold JSON as text are shown as the JSON that they hold. */
const readable = (details: HistoryEvent['details']): Record<string, unknown> =>
  Object.fromEntries(Object.entries(details).map(([name, value]) => [name, parsed(value)]));

function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
