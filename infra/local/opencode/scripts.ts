import { z } from 'zod';
import { sampleFix } from './sample-repository.ts';

export interface Tool {
  name: string;
  input: object;
}

/** What the model does in one call. */
export interface Move {
  text?: string[];
  /** All at once. */
  tools?: Tool[];
  /** Milliseconds after each piece of text. */
  gapMs?: number;
  /** Null: the stream ends without a finish reason. */
  finish?: string | null;
  /** An HTTP error instead of an answer. */
  http?: { status: number; message: string };
  /** Accepts the request and never answers. */
  hang?: true;
  /** Answers once there is such a file. */
  until?: string;
}

/** A script gives the move of each step; a step is one model call after the user's message. */
type Script = (step: number, failures: number) => Move;

const say = (...text: string[]): Move => ({ text });

/** Calls one tool after the other, or several at once, then says so. */
function inTurn(turns: (Tool | Tool[])[], ...text: string[]): Script {
  return (step) => {
    const turn = turns[step];
    return turn ? { tools: [turn].flat() } : say(...text);
  };
}

const writing = (path: string, content: string) => ({ name: 'write', input: { filePath: path, content } });
const running = (command: string) => ({ name: 'bash', input: { command, description: 'Runs the script' } });

/** A prompt for a sub-agent, whose own marker is written `<<name {'key':'value'}>>`. */
const markersOf = (prompt: string): string => prompt.replaceAll('<<', '[[').replaceAll('>>', ']]').replaceAll("'", '"');

function withOwnMarkers({ name, input }: Tool): Tool {
  if (!('prompt' in input) || typeof input.prompt !== 'string') return { name, input };
  return { name, input: { ...input, prompt: markersOf(input.prompt) } };
}

/** Relative paths: tools resolve them against the agent's working directory, which a script cannot know. */
function editing(path: string, before: string, after: string) {
  return [
    { name: 'read', input: { filePath: path } },
    { name: 'edit', input: { filePath: path, oldString: before, newString: after } },
  ];
}

/** A script with its arguments' schema. Names and arguments stand in a user message as `[[name {json}]]`. */
function script<Schema extends z.ZodType>(schema: Schema, make: (args: z.infer<Schema>) => Script) {
  return (args: unknown): Script => make(schema.parse(args));
}

const path = z.string().default('scripted.txt');
const anyTool = z.object({ name: z.string(), input: z.record(z.string(), z.unknown()) });

const scripts = {
  /** Without a marker: fixes the bug that the sample alert is about. */
  fix: script(z.object({}), () =>
    inTurn(editing(sampleFix.path, sampleFix.before, sampleFix.after), sampleFix.explanation),
  ),
  text: script(
    z.object({ text: z.string().default('Nothing is to be changed.') }),
    ({ text }) =>
      () =>
        say(text),
  ),
  write: script(z.object({ path, content: z.string().default('written by the script\n') }), ({ path, content }) =>
    inTurn([writing(path, content)], `Done: wrote ${path}.`),
  ),
  edit: script(z.object({ path, old: z.string(), new: z.string() }), (args) =>
    inTurn(editing(args.path, args.old, args.new), `Done: edited ${args.path}.`),
  ),
  multi: script(z.object({ n: z.int().default(3) }), ({ n }) =>
    inTurn(
      Array.from({ length: n }, (_, index) => writing(`file-${index}.txt`, `file ${index}\n`)),
      `Done: wrote ${n} files.`,
    ),
  ),
  /** Any tools with any input, whatever becomes of each. `turns`: how many at once in each turn; absent: one. */
  calls: script(z.object({ calls: z.array(anyTool), turns: z.array(z.int()).optional() }), ({ calls, turns }) => {
    const rest = calls.map(withOwnMarkers);
    return inTurn(turns?.map((count) => rest.splice(0, count)) ?? rest, 'Done: called them all.');
  }),
  bash: script(z.object({ cmd: z.string() }), ({ cmd }) => inTurn([running(cmd)], 'Done: ran it.')),
  question: script(z.object({}), () => {
    const options = ['A', 'B'].map((label) => ({ label, description: `the option ${label}` }));
    const questions = [{ question: 'Which one?', header: 'Pick', options }];
    return inTurn([{ name: 'question', input: { questions } }], 'Thanks.');
  }),
  /** The sub-agent's own marker must not be taken for this one. `background` is of the double of 2.x alone. */
  task: script(z.object({ prompt: z.string(), background: z.literal(true).optional() }), ({ prompt, ...options }) => {
    const input = { description: 'sub work', prompt: markersOf(prompt), subagent_type: 'general', ...options };
    return inTurn([{ name: 'task', input }], 'The sub-agent is done.');
  }),
  slow: script(z.object({ n: z.int().default(20), gap: z.int().default(500) }), ({ n, gap }) => () => ({
    text: Array.from({ length: n }, (_, index) => `word${index} `),
    gapMs: gap,
  })),
  hang: script(z.object({}), () => () => ({ hang: true })),
  /** Answers as soon as there is such a file, so that a session lasts just as long as what is done meanwhile. */
  held: script(z.object({ until: z.string() }), ({ until }) => () => ({ until, text: ['Nothing is to be changed.'] })),
  /** Changes a file `n` times and hangs in the next call, so that an abort finds a partial result. */
  writehang: script(z.object({ path, n: z.int().default(1) }), ({ path, n }) => (step) => {
    return step < n ? { tools: [writing(path, 'written before the hang\n'.repeat(step + 1))] } : { hang: true };
  }),
  /** Is asked again at once, for ever: `gap` milliseconds before it breaks off spare the server a core. */
  nofinish: script(z.object({ gap: z.int().default(0) }), ({ gap }) => () => ({
    text: ['partial '],
    gapMs: gap,
    finish: null,
  })),
  empty: script(z.object({}), () => () => say('')),
  length: script(z.object({}), () => () => ({ text: ['cut of'], finish: 'length' })),
  filter: script(z.object({}), () => () => ({ text: ['no'], finish: 'content_filter' })),
  /** Fails `times` times, or always, then answers. */
  http: script(
    z.object({
      status: z.int().default(500),
      times: z.int().default(Infinity),
      message: z.string().default('scripted'),
    }),
    ({ status, times, message }) =>
      (_, failures) =>
        failures < times ? { http: { status, message } } : say(`Done after ${failures} failures.`),
  ),
};

const isScript = (name: string): name is keyof typeof scripts => Object.hasOwn(scripts, name);

/** Finds the last marker of a user message; without one the sample's bug is fixed. Throws on an unknown script. */
export function scriptOf(message: string): Script {
  const [, name = 'fix', args = '{}'] = [...message.matchAll(/\[\[(\w+)\s*(\{.*?\})?\s*\]\]/gs)].at(-1) ?? [];
  if (!isScript(name)) throw new Error(`There is no script "${name}"; there are ${Object.keys(scripts).join(', ')}`);
  return scripts[name](JSON.parse(args));
}
