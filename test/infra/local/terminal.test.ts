import { describe, expect, test, vi } from 'vitest';
import { openTerminal } from '../../../infra/local/terminal.ts';

/** A screen that keeps what is written, and a clock that is set by hand. */
function open({ isTTY = false, columns = 80, environment = {} }: Partial<Options> = {}) {
  const screen = { text: '', now: 0 };
  const write = (text: string) => {
    screen.text += text;
  };
  const terminal = openTerminal({ write, isTTY, columns }, environment, () => screen.now);
  return { screen, terminal };
}
interface Options {
  isTTY: boolean;
  columns: number;
  environment: Record<string, string>;
}

const esc = '\u001b';

describe.each<[string, Partial<Options>]>([
  ['a pipe', {}],
  ['a terminal with NO_COLOR', { isTTY: true, environment: { NO_COLOR: '1' } }],
  ['a dumb terminal', { isTTY: true, environment: { TERM: 'dumb' } }],
])('%s gets plain lines', (_, options) => {
  test('with the seconds since the start, and what a line is about', () => {
    const { screen, terminal } = open(options);
    screen.now = 1_240;
    terminal.line('job_1a2b3c4d', 'prompt sent\nsecond line', 'good');
    expect(screen.text).toBe('   1.2 s  job_1a2b3c4d    prompt sent\n                          second line\n');
  });

  test('for a phase as it begins, and with its own seconds as it ends', () => {
    const { screen, terminal } = open(options);
    const phase = terminal.phase('bundling');
    expect(screen.text).toBe('   0.0 s  bundling        …\n');
    screen.now = 3_300;
    phase.done('all functions');
    expect(screen.text.split('\n')[1]).toBe('   3.3 s  bundling        all functions, 3.3 s');
  });

  test('with an address that can be copied', () => {
    const { terminal } = open(options);
    expect(terminal.link('ses_1', 'http://127.0.0.1:1/x')).toBe('ses_1\nhttp://127.0.0.1:1/x');
  });
});

describe('a terminal', () => {
  test('has one live line for all phases that run, which no other line is written into', () => {
    vi.useFakeTimers();
    const { screen, terminal } = open({ isTTY: true });
    const one = terminal.phase('OpenCode');
    const other = terminal.phase('bundling');
    screen.text = '';
    screen.now = 2_000;
    vi.advanceTimersByTime(100);
    expect(screen.text).toContain('OpenCode 2.0 s, bundling 2.0 s');
    expect(screen.text).not.toContain('\n');
    one.done('up');
    other.done('done');
    expect(screen.text.endsWith('done, 2.0 s\n')).toBe(true);
    screen.text = '';
    vi.advanceTimersByTime(1_000);
    expect(screen.text).toBe('');
    vi.useRealTimers();
  });

  test('shows colours, and an address behind its short name', () => {
    const { screen, terminal } = open({ isTTY: true });
    terminal.line('note', 'text', 'warning');
    expect(screen.text).toContain(`${esc}[33mtext`);
    expect(terminal.link('ses_1', 'http://127.0.0.1:1/x')).toBe(
      `${esc}]8;;http://127.0.0.1:1/x${esc}\\ses_1${esc}]8;;${esc}\\`,
    );
  });

  test('gets long lines broken at spaces, below where they began, and addresses whole', () => {
    const { screen, terminal } = open({ isTTY: true, columns: 46 });
    terminal.line('note', 'one two three four five http://127.0.0.1/a-long-address');
    const plain = screen.text.replaceAll(new RegExp(`${esc}\\[\\d+m`, 'g'), '');
    const indent = ' '.repeat(26);
    expect(plain.split('\n').slice(1, -1)).toEqual([`${indent}five`, `${indent}http://127.0.0.1/a-long-address`]);
  });

  test('that is closed shows nothing of what was under way', () => {
    vi.useFakeTimers();
    const { screen, terminal } = open({ isTTY: true });
    terminal.phase('bundling');
    terminal.close();
    screen.text = '';
    vi.advanceTimersByTime(1_000);
    expect(screen.text).toBe('');
    vi.useRealTimers();
  });
});
