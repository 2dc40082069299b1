import { styleText } from 'node:util';

export type Tone = 'good' | 'bad' | 'warning' | 'quiet';

const colours = { good: 'green', bad: 'red', warning: 'yellow', quiet: 'dim' } as const;

/** Of the label: a short job id fits, `job_1a2b3c4d`. */
const LABEL_COLUMNS = 14;
const LIVE_MS = 100;
const CLEAR_LINE = '\r\u001b[2K';

export interface Phase {
  /** Says what the phase came to; its seconds are added. */
  done(result: string): void;
}

/** What a person is told, line by line: when, about what, and the words. */
export interface Terminal {
  line(label: string, text: string, tone?: Tone): void;
  /** Announced as it begins, told with its seconds when it is done. */
  phase(name: string): Phase;
  /** As it stands. */
  block(text: string): void;
  /** Text that leads to an address: in a terminal as a link, elsewhere with the address on a line of its own. */
  link(text: string, url: string): string;
  /** Removes what is still being told of phases that never end. */
  close(): void;
}

interface Screen {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/**
 * Colours, links and one live line for a person's terminal; plain lines in a pipe, with NO_COLOR and in a dumb
 * terminal.
 */
export function openTerminal(
  screen: Screen,
  environment: Record<string, string | undefined>,
  now: () => number,
): Terminal {
  const isRich = screen.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb';
  const begunAt = now();
  const running = new Map<string, number>();
  let ticking: NodeJS.Timeout | undefined;

  const seconds = (since: number) => `${((now() - since) / 1_000).toFixed(1)} s`;
  const styled = (tone: Tone | undefined, text: string) =>
    isRich && tone ? styleText(colours[tone], text, { validateStream: false }) : text;
  const head = (label: string) => `${seconds(begunAt).padStart(8)}  ${label.padEnd(LABEL_COLUMNS)}  `;

  function write(text: string): void {
    screen.write(running.size > 0 && isRich ? `${CLEAR_LINE}${text}` : text);
    drawLive();
  }

  function drawLive(): void {
    if (!isRich || running.size === 0) return;
    const phases = [...running].map(([name, since]) => `${name} ${seconds(since)}`).join(', ');
    screen.write(`${CLEAR_LINE}${styled('quiet', `${head('…')}${phases}`.slice(0, (screen.columns ?? 80) - 1))}`);
  }

  function end(name: string): void {
    running.delete(name);
    if (running.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
    if (isRich) screen.write(CLEAR_LINE);
  }

  const terminal: Terminal = {
    line(label, text, tone) {
      const start = head(label);
      const width = isRich ? (screen.columns ?? 80) - start.length : Number.POSITIVE_INFINITY;
      const [first = '', ...more] = text.split('\n').flatMap((line) => wrapped(line, width));
      const indented = more.map((line) => `\n${' '.repeat(start.length)}${styled(tone, line)}`).join('');
      write(`${styled('quiet', start)}${styled(tone, first)}${indented}\n`);
    },
    phase(name) {
      const since = now();
      if (!isRich) terminal.line(name, '…');
      running.set(name, since);
      ticking ??= isRich ? setInterval(drawLive, LIVE_MS).unref() : undefined;
      drawLive();
      return {
        done(result) {
          end(name);
          terminal.line(name, `${result}, ${seconds(since)}`);
        },
      };
    },
    block: (text) => write(`${text}\n`),
    link: (text, url) => (isRich ? `\u001b]8;;${url}\u001b\\${text}\u001b]8;;\u001b\\` : `${text}\n${url}`),
    close: () => {
      for (const name of [...running.keys()]) end(name);
    },
  };
  return terminal;
}

/**
 * At spaces. What is longer than a line, such as an address, stays whole, and so does a text with a link, whose length
 * is not its width.
 */
function wrapped(text: string, width: number): string[] {
  if (text.length <= width || text.includes('\u001b')) return [text];
  const cut = text.lastIndexOf(' ', width);
  const space = cut > 0 ? cut : text.indexOf(' ');
  return space <= 0 ? [text] : [text.slice(0, space), ...wrapped(text.slice(space + 1), width)];
}
