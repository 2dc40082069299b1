import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { StackState } from '../views.ts';
import { Alert } from './alert.tsx';
import { Alerts } from './alerts.tsx';
import { Execution } from './execution.tsx';
import { Executions } from './executions.tsx';
import { Ledger } from './ledger.tsx';
import { type Connection, connect, listen } from './live.ts';
import { useResource } from './resource.ts';
import { linkTo, type Place, placeOf, views } from './route.ts';
import { Storms } from './storms.tsx';

/** What stands at the head changes by hand. */
const SELDOM_MS = 5_000;

function App() {
  const place = usePlace();
  const stack = useResource<StackState>('stack', ({ alerts }) => alerts.length > 0, SELDOM_MS);
  useEffect(() => {
    const name = views.find(([view]) => view === place.view)?.[1] ?? '';
    document.title = `${name}${place.id === undefined ? '' : ` ${place.id}`} · opencode-relay`;
  }, [place.view, place.id]);
  return (
    <>
      <header>
        <a class="skip" href={location.hash || '#/'} onClick={toMain}>
          Skip to the content
        </a>
        <p class="name">opencode-relay</p>
        <nav aria-label="Console">
          <ul>
            {views.map(([view, name]) => (
              <li key={view}>
                <a href={linkTo(view)} aria-current={place.view === view ? 'page' : undefined}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <LiveState />
      </header>
      {stack.value?.paused && <Paused paused={stack.value.paused} />}
      <main id="main" tabIndex={-1}>
        <View place={place} stack={stack.value} />
      </main>
    </>
  );
}

function toMain(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function View({ place: { view, id, state }, stack }: { place: Place; stack: StackState | undefined }) {
  if (view === 'alerts') return id === undefined ? <Alerts stack={stack} /> : <Alert key={id} id={id} />;
  if (view === 'executions') return id === undefined ? <Executions /> : <Execution key={id} name={id} state={state} />;
  return view === 'storms' ? <Storms /> : <Ledger />;
}

function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  useEffect(() => {
    const moved = () => {
      const next = placeOf(location.hash);
      setPlace((last) => {
        if (last.view !== next.view || last.id !== next.id) scrollTo(0, 0);
        return next;
      });
    };
    addEventListener('hashchange', moved);
    return () => removeEventListener('hashchange', moved);
  }, []);
  return place;
}

const connections: Record<Connection, string> = {
  connecting: 'connecting',
  live: 'live',
  lost: 'no connection: is npm start still running?',
};

function LiveState() {
  const [state, setState] = useState<Connection>('connecting');
  useEffect(() => listen({ changed: () => undefined, connection: setState }), []);
  return (
    <p class={`live ${state}`} role="status">
      {connections[state]}
    </p>
  );
}

function Paused({ paused: { by, at, reason } }: { paused: NonNullable<StackState['paused']> }) {
  return (
    <p class="paused" role="status">
      Starts are paused since {at} by {by}
      {reason !== null && `: ${reason}`}. No alert starts a session until <code>npm run resume</code>.
    </p>
  );
}

const root = document.getElementById('app');
if (root) {
  render(<App />, root);
  connect();
}
