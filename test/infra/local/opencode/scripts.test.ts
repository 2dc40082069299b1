import { describe, expect, test } from 'vitest';
import { sampleFix } from '../../../../infra/local/opencode/sample-repository.ts';
import { answered, asks, newModel, ran, type Streamed } from './scripted-model-fixture.ts';

const whole = { finish: 'stop', hasUsage: true, isDone: true, tools: [] };
const says = (...text: string[]): Streamed => ({ ...whole, text });
const callsAtOnce = (...tools: [name: string, input: unknown][]): Streamed => ({
  ...whole,
  text: [],
  finish: 'tool_calls',
  tools: tools.map(([name, input]) => ({ name, input })),
});
const calls = (name: string, input: unknown): Streamed => callsAtOnce([name, input]);
const writes = (filePath: string, content: string) => calls('write', { filePath, content });

describe('a script answers step by step', () => {
  const scripts: [prompt: string, steps: Streamed[]][] = [
    [
      'Checkout totals are wrong.',
      [
        calls('read', { filePath: sampleFix.path }),
        calls('edit', { filePath: sampleFix.path, oldString: sampleFix.before, newString: sampleFix.after }),
        says(sampleFix.explanation),
      ],
    ],
    ['[[fix]]', [calls('read', { filePath: sampleFix.path })]],
    ['[[text]]', [says('Nothing is to be changed.')]],
    ['[[text {"text":"It was DNS."}]]', [says('It was DNS.'), says('It was DNS.')]],
    ['[[write]]', [writes('scripted.txt', 'written by the script\n'), says('Done: wrote scripted.txt.')]],
    ['[[write {"path":"a/b.ts","content":"x\\n"}]]', [writes('a/b.ts', 'x\n'), says('Done: wrote a/b.ts.')]],
    [
      '[[edit {"path":"a.ts","old":"1","new":"2"}]]',
      [
        calls('read', { filePath: 'a.ts' }),
        calls('edit', { filePath: 'a.ts', oldString: '1', newString: '2' }),
        says('Done: edited a.ts.'),
      ],
    ],
    [
      '[[multi {"n":2}]]',
      [writes('file-0.txt', 'file 0\n'), writes('file-1.txt', 'file 1\n'), says('Done: wrote 2 files.')],
    ],
    [
      '[[calls {"calls":[{"name":"a","input":{}},{"name":"b","input":{"x":1}}]}]]',
      [calls('a', {}), calls('b', { x: 1 }), says('Done: called them all.')],
    ],
    [
      '[[calls {"calls":[{"name":"a","input":{}},{"name":"b","input":{"x":1}},{"name":"c","input":{}}],"turns":[1,2]}]]',
      [calls('a', {}), callsAtOnce(['b', { x: 1 }], ['c', {}]), says('Done: called them all.')],
    ],
    [
      '[[bash {"cmd":"npm test"}]]',
      [calls('bash', { command: 'npm test', description: expect.any(String) }), says('Done: ran it.')],
    ],
    ['[[question]]', [calls('question', { questions: [expect.objectContaining({ question: 'Which one?' })] })]],
    [
      `[[task {"prompt":"<<write {'path':'sub.txt'}>>"}]]`,
      [
        calls('task', {
          description: 'sub work',
          prompt: '[[write {"path":"sub.txt"}]]',
          subagent_type: 'general',
        }),
        says('The sub-agent is done.'),
      ],
    ],
    ['[[slow {"n":3,"gap":1}]]', [says('word0 ', 'word1 ', 'word2 ')]],
    ['[[writehang {"path":"half.txt"}]]', [writes('half.txt', 'written before the hang\n')]],
    ['[[nofinish]]', [{ text: ['partial '], tools: [], finish: null, hasUsage: false, isDone: false }]],
    ['[[empty]]', [says('')]],
    ['[[length]]', [{ ...says('cut of'), finish: 'length' }]],
    ['[[filter]]', [{ ...says('no'), finish: 'content_filter' }]],
  ];

  test.each(scripts)('%s', async (prompt, steps) => {
    const model = await newModel();
    for (const [step, expected] of steps.entries()) {
      const sofar = Array.from({ length: step }, () => [answered, ran]).flat();
      expect(await model.stream(asks(prompt), ...sofar)).toEqual(expected);
    }
  });
});

describe('a script is found', () => {
  const first = writes('scripted.txt', 'written by the script\n');

  test('in the last marker of a message', async () => {
    const model = await newModel();
    expect(await model.stream(asks('[[text]] or rather\n[[write]]'))).toEqual(first);
  });

  test('in a message of several parts', async () => {
    const model = await newModel();
    const parts = [{ type: 'text', text: 'Do this:' }, { type: 'image' }, { type: 'text', text: '[[write]]' }];
    expect(await model.stream(asks(parts))).toEqual(first);
  });

  test('in the last user message that has one, and its steps are counted from there', async () => {
    const model = await newModel();
    const earlier = [asks('[[text]]'), answered, answered];
    expect(await model.stream(...earlier, asks('[[write]]'))).toEqual(first);
    const reminded = [asks('[[write]]'), answered, ran, asks('Go on.')];
    expect(await model.stream(...earlier, ...reminded)).toEqual(says('Done: wrote scripted.txt.'));
  });

  test('in what a user says only', async () => {
    const model = await newModel();
    const system = { role: 'system', content: '[[text]]' };
    expect(await model.stream(system, asks('[[write]]'))).toEqual(first);
  });
});
