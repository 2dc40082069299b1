import { useEffect, useState } from 'preact/hooks';

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const date = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

/** The time of day, with the day where it is another; the whole instant on hover. */
export function At({ at }: { at: string }) {
  const time = new Date(at);
  const day = time.toDateString() === new Date().toDateString() ? '' : `${date.format(time)} `;
  return (
    <time dateTime={at} title={at}>
      {day}
      {clock.format(time)}
    </time>
  );
}

/** How long something took, or has taken so far: it counts on while `to` is null. */
export function Took({ from, to }: { from: string; to: string | null }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (to !== null) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [to]);
  const ms = Math.max(0, (to === null ? now : Date.parse(to)) - Date.parse(from));
  return <span class="took">{spanText(ms, to === null)}</span>;
}

/** `0.42 s`, `12.5 s`, `3 min 5 s`, `2 h 4 min`; whole seconds where they are still counted. */
export function spanText(ms: number, isRunning = false): string {
  const seconds = ms / 1_000;
  if (seconds < 60) return `${isRunning ? Math.floor(seconds) : Number(seconds.toFixed(seconds < 10 ? 2 : 1))} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}
