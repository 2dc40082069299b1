import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type StateStatus, statusWords } from '../graph/trace.ts';
import { type Resource, read, wordsOf } from './resource.ts';

const signs: Record<StateStatus, string> = {
  not_visited: '○',
  in_progress: '◔',
  succeeded: '✓',
  failed: '✕',
  caught: '!',
  cancelled: '■',
  timed_out: '⧖',
};

export const signOf = (status: StateStatus): string => signs[status];

/** A colour is never alone: there is a sign, and the words. */
export function Status({ status, text }: { status: StateStatus; text?: string | null }) {
  return (
    <span class={`badge status ${status}`}>
      <span aria-hidden="true">{signs[status]}</span> {text ?? statusWords[status]}
    </span>
  );
}

export function Badge({ tone, children }: { tone: string; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

/** What is to be done next, where there is nothing to show. */
export function Empty({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="empty">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

export const Command = ({ text }: { text: string }) => (
  <pre class="command">
    <code>{text}</code>
  </pre>
);

/** What is being read, or could not be; then what was read. */
export function Loaded<Value>({
  of: { value, error },
  children,
}: {
  of: Resource<Value>;
  children: (value: Value) => ComponentChildren;
}) {
  return (
    <>
      <Failure text={error} />
      {value === undefined && error === undefined && <p class="quiet">Reading…</p>}
      {value !== undefined && children(value)}
    </>
  );
}

function Failure({ text }: { text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p class="failure" role="alert">
      {text}
    </p>
  );
}

interface OlderProps<Page> {
  /** Such as `alerts`. */
  of: string;
  /** Of the page that goes on after the last one. */
  path: string;
  onRead(page: Page): void;
}

/** Reads on where a list ends, once it is asked to. */
export function Older<Page>({ of, path, onRead }: OlderProps<Page>) {
  const [trouble, setTrouble] = useState<string>();
  const readOn = async () => {
    try {
      onRead(await read<Page>(path));
      setTrouble(undefined);
    } catch (error) {
      setTrouble(wordsOf(error));
    }
  };
  return (
    <>
      <Failure text={trouble} />
      <button type="button" class="more" onClick={() => void readOn()}>
        Show older {of}
      </button>
    </>
  );
}

/** An address that somebody sent: a link where it is one of the web, else its text. */
export function OutsideLink({ href, children }: { href: string; children: ComponentChildren }) {
  const isWeb = URL.canParse(href) && /^https?:$/.test(new URL(href).protocol);
  if (!isWeb) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
      <span aria-hidden="true"> ↗</span>
    </a>
  );
}

/** What is wider than a phone scrolls by itself, also by the keyboard. */
export const Scroll = ({ label, children }: { label: string; children: ComponentChildren }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it by the keyboard.
  <section class="scroll" tabIndex={0} aria-label={label}>
    {children}
  </section>
);

const SHOWN_CHARACTERS = 12_000;

/** JSON text as Step Functions has it, made readable; of a long one the beginning, until the rest is asked for. */
export function Json({ text, label }: { text: string; label: string }) {
  const [isWhole, setWhole] = useState(false);
  useEffect(() => setWhole(false), [text]);
  const pretty = prettyJson(text);
  const shown = isWhole ? pretty : pretty.slice(0, SHOWN_CHARACTERS);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it by the keyboard. */}
      <section class="json" tabIndex={0} aria-label={label}>
        <pre>
          {shown}
          {shown.length < pretty.length && '\n…'}
        </pre>
      </section>
      {shown.length < pretty.length && (
        <button type="button" onClick={() => setWhole(true)}>
          Show all {Math.round(pretty.length / 1_000)} KB of {label}
        </button>
      )}
    </>
  );
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Ids are long, and their beginnings tell them apart. */
export const shortId = (id: string): string => id.replace(/^([a-z]+_[0-9a-f]{8})[0-9a-f]+$/, '$1…');
