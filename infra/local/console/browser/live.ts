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

/** Refused, as while the stack is starting: the browser gives up then. */
const AGAIN_MS = 2_000;
let stream: EventSource | undefined;

/**
 * Opens the stream of changes while the page is looked at: a browser has six connections to one server, and pages in
 * the background would hold them all.
 */
export function connect(): void {
  document.addEventListener('visibilitychange', follow);
  follow();
}

function follow(): void {
  if (document.hidden) close();
  else if (stream === undefined) open();
}

function close(): void {
  stream?.close();
  stream = undefined;
}

/** What broke is opened again by the browser itself. Whatever changed while it was not open is read anew. */
function open(): void {
  const opened = new EventSource('/console/events');
  stream = opened;
  opened.addEventListener('open', () => {
    tell('live');
    for (const listener of listeners) listener.changed(undefined);
  });
  opened.addEventListener('message', ({ data }: MessageEvent<string>) => {
    const notice: ChangeNotice = JSON.parse(data);
    for (const listener of listeners) listener.changed(notice);
  });
  opened.addEventListener('error', () => {
    tell('lost');
    if (opened.readyState !== EventSource.CLOSED) return;
    if (stream === opened) close();
    setTimeout(follow, AGAIN_MS);
  });
}
