import { describe, expect, test } from 'vitest';
import type { FileDiff } from '../../functions/domain/session/session.ts';
import { TaskError } from '../../functions/domain/task/errors.ts';
import { inTellableWords } from '../../functions/sessions/screen.ts';
import { fakePasswords, samplePassword } from '../support/fakes/passwords.ts';
import { sampleAnswer, sampleExecution, sampleJob } from '../support/fakes/samples.ts';
import { fakeJobs, fakeResults } from '../support/fakes/stores.ts';
import { prepareCollecting } from './prepare.ts';

const base64 = Buffer.from(`xx${samplePassword}`).toString('base64');

/** A new file with these lines. */
const adding = (path: string, ...lines: string[]): FileDiff => ({
  path,
  status: 'added',
  additions: lines.length,
  deletions: 0,
  patch: `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`,
});
const fine = adding('src/fine.ts', 'export const a = 1;');

/** All that is stored of a result, or told of it, as text. */
async function collected(
  diffs: FileDiff[],
  {
    answer = 'Done.',
    secretScan = 'withhold' as const,
  }: { answer?: string; secretScan?: 'withhold' | 'flag' | 'off' } = {},
) {
  const bucket = fakeResults();
  const { run } = prepareCollecting(
    { workingTreeDiff: async () => diffs, messages: async () => [sampleAnswer({ text: answer })] },
    {
      results: bucket,
    },
  );
  const outcome = await run({ execution: sampleExecution({ resultScan: secretScan }) });
  const [artefacts] = bucket.written;
  if (!artefacts) throw new Error('Nothing was stored');
  return { outcome, ...artefacts, everything: JSON.stringify({ outcome, artefacts }) };
}

describe('the password of the server', () => {
  test.each([
    ['in a file', adding('leaked-env.txt', `OPENCODE_SERVER_PASSWORD=${samplePassword}`)],
    ['in base64 in a file', adding('leaked-env.txt', base64)],
    ['in a file that loses it', { ...adding('leaked-env.txt', 'x'), patch: `@@ -1 +1 @@\n-${samplePassword}\n+x\n` }],
  ])('%s keeps the file out of the patch, names it, and says what to do', async (_, leak) => {
    for (const secretScan of ['withhold', 'flag', 'off'] as const) {
      const { outcome, patch, manifest, everything } = await collected([leak, fine], { secretScan });
      expect(everything).not.toContain(samplePassword);
      expect(everything).not.toContain(base64.slice(3, -4));
      expect(patch).toContain('src/fine.ts');
      expect(patch).not.toContain('leaked-env.txt');
      expect(manifest).toMatchObject({
        withheld: ['leaked-env.txt'],
        secrets: [{ path: 'leaked-env.txt', kinds: ['server-password'], withheld: true }],
      });
      expect(outcome).toMatchObject({ outcome: 'diff_ready', cause: expect.stringMatching(/password .* change it/) });
    }
  });

  test('in a name is masked', async () => {
    const { manifest, everything } = await collected([adding(`a-${samplePassword}`, 'x'), fine]);
    expect(everything).not.toContain(samplePassword);
    expect(JSON.stringify(manifest)).toContain('a-[password]');
  });

  test('in the answer is masked', async () => {
    const { outcome, answer } = await collected([fine], { answer: `The password is ${samplePassword}!` });
    expect(answer).toBe('The password is [password]!');
    expect(outcome.cause).toMatch(/what the agent said .* change it/);
  });

  test('in a cause of whatever failed is masked', async () => {
    const { run } = prepareCollecting({});
    const ending = { outcome: 'blocked' as const, cause: `It asks for bash echo ${samplePassword}.` };
    for (const session of [undefined, null]) {
      const { cause } = await run({ ending, ...(session === null && { session }) });
      expect(cause).toContain('[password]');
      expect(cause).not.toContain(samplePassword);
    }
    const refused = () => Promise.reject(new TaskError('SessionFailed', `It has ${samplePassword}, b. Correct it.`));
    await expect(
      inTellableWords({ passwords: fakePasswords, jobs: fakeJobs(sampleJob()) }, sampleExecution(), refused),
    ).rejects.toMatchObject({
      name: 'SessionFailed',
      message: 'It has [password], b. Correct it.',
    });
  });
});

describe('a credential in what the agent added', () => {
  const leak = adding('src/config.ts', 'const key = "TOKEN";');

  test('withholds the file unless told otherwise, and the worktree stays', async () => {
    const { outcome, patch, manifest } = await collected([leak, fine]);
    expect(patch).not.toContain('TOKEN');
    expect(manifest).toMatchObject({
      withheld: ['src/config.ts'],
      secrets: [{ path: 'src/config.ts', kinds: ['sample-token'], withheld: true }],
      workspace: { kept: true },
    });
    expect(outcome.cause).toContain('may hold secrets: src/config.ts');
  });

  test('is flagged where the rule says so, and not looked for where it says that', async () => {
    const flagged = await collected([leak], { secretScan: 'flag' });
    expect(flagged.patch).toContain('TOKEN');
    expect(flagged.manifest).toMatchObject({ withheld: [], secrets: [{ path: 'src/config.ts', withheld: false }] });
    expect((await collected([leak], { secretScan: 'off' })).manifest).toMatchObject({ secrets: [] });
  });

  test('is not looked for in more than a server can be trusted with: such a file is withheld, the others are not', async () => {
    const huge = adding('dist/bundle.js', 'x'.repeat(1_000_001));
    const large = ['a', 'b', 'c'].map((name) => adding(`${name}.js`, 'x'.repeat(900_000)));
    const { manifest } = await collected([huge, ...large, fine]);
    const unseen = ['dist/bundle.js', 'c.js'].map((path) => ({ path, kinds: ['too-large-to-scan'], withheld: true }));
    expect(manifest).toMatchObject({ secrets: unseen, withheld: ['dist/bundle.js', 'c.js'] });
  });

  test('that was there before, or goes, is none of what is looked for', async () => {
    const gone = { ...leak, patch: '@@ -1,2 +1 @@\n TOKEN\n-TOKEN\n' };
    expect((await collected([gone])).manifest).toMatchObject({ secrets: [] });
  });
});

describe('what an automatic step must not take blindly', () => {
  test('is flagged, with why, and told', async () => {
    const { outcome, manifest } = await collected([adding('.github/workflows/ci.yml', 'on: push'), fine]);
    expect(manifest).toMatchObject({ flags: [{ path: '.github/workflows/ci.yml', why: ['runs in CI'] }] });
    expect(outcome.cause).toContain('.github/workflows/ci.yml (runs in CI)');
  });

  test('a path that git apply refuses is left out and named, and the rest is a patch', async () => {
    const paths = ['.git/hooks/post-checkout', '../outside', '/etc/x', 'git~1/config', 'a\nb'];
    const { outcome, patch, manifest } = await collected([...paths.map((path) => adding(path, 'x')), fine]);
    expect(outcome).toMatchObject({ outcome: 'diff_ready', result: { files: 1 } });
    expect(patch?.match(/^diff --git/gm)).toHaveLength(1);
    expect(manifest).toMatchObject({ refused: paths.map((path) => ({ path })), skipped: [] });
  });
});

describe('credentials in the answer', () => {
  const answer = 'The key is TOKEN, and I used it.';

  test('are masked and named, unless the rule says otherwise', async () => {
    const stored = await collected([], { answer });
    expect(stored.answer).toBe('The key is [sample-token], and I used it.');
    expect(stored.manifest).toMatchObject({ answerSecrets: ['sample-token'] });
    expect(stored.outcome.cause).toContain('Credentials stood in the answer: sample-token.');
    const flagged = await collected([], { answer, secretScan: 'flag' });
    expect(flagged.answer).toBe(answer);
    expect(flagged.manifest).toMatchObject({ answerSecrets: ['sample-token'] });
    const off = await collected([], { answer, secretScan: 'off' });
    expect(off.answer).toBe(answer);
    expect(off.manifest).toMatchObject({ answerSecrets: [] });
  });

  test('of an answer that is too long to be looked through the rest is left out', async () => {
    const stored = await collected([], { answer: `${'x'.repeat(500_000)} TOKEN` });
    expect(stored.answer?.length).toBe(500_000);
    expect(stored.manifest).toMatchObject({ answerSecrets: ['too-large-to-scan'] });
  });
});
