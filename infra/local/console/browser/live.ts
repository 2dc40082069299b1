import type { ChangeNotice } from '../views.ts';

export type Connection = 'connecting' | 'live' | 'lost';
/** Undefined: anything may have changed, since the stream was not open. */
type Change = ChangeNotice | undefined;

interface Listener {
  changed(change: Change): void;
  connection?(state: Connection): void;
}

const listeners = new Set<Listener>();
let state: Connection = 'connecting';

/** Hears of changes until the returned function is called. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  listener.connection?.(state);
  return () => void listeners.delete(listener);
}

function tell(connection: Connection): void {
  state = connection;
  for (const listener of listeners) listener.connection?.(connection);
}

/** Opens the stream of changes; the browser opens it again by itself where it breaks. */
export function connect(): void {
  const stream = new EventSource('/console/events');
  let wasOpen = false;
  stream.addEventListener('open', () => {
    tell('live');
    if (wasOpen) for (const listener of listeners) listener.changed(undefined);
    wasOpen = true;
  });
  stream.addEventListener('message', ({ data }: MessageEvent<string>) => {
    const notice: ChangeNotice = JSON.parse(data);
    for (const listener of listeners) listener.changed(notice);
  });
  stream.addEventListener('error', () => {
    tell('lost');
    if (stream.readyState !== EventSource.CLOSED) return;
    // Refused, as while the stack is starting: the browser gives up then.
    setTimeout(connect, 2_000);
  });
}
