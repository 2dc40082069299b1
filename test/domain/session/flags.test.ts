import { expect, test } from 'vitest';
import { flagOf } from '../../../functions/domain/session/flags.ts';

const plain = 'diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n';
const added = (mode: string) =>
  `diff --git a/x b/x\nnew file mode ${mode}\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n`;

test.each([
  ['.github/workflows/ci.yml', 'runs in CI'],
  ['services/a/.gitlab-ci.yml', 'runs in CI'],
  ['Jenkinsfile', 'runs in CI'],
  ['docs/CODEOWNERS', 'decides who reviews'],
  ['.gitattributes', 'sets filters and drivers of git'],
  ['.gitmodules', 'fetches code from elsewhere'],
  ['.husky/pre-commit', 'runs at commands of git'],
  ['.pre-commit-config.yaml', 'runs at commands of git'],
  ['.vscode/tasks.json', 'runs when the folder is opened'],
  ['.devcontainer/devcontainer.json', 'runs when the folder is opened'],
  ['AGENTS.md', 'instructs the agents of later sessions'],
  ['.opencode/agent/fix.md', 'instructs the agents of later sessions'],
  ['package.json', 'installs or builds code of others'],
  ['web/package-lock.json', 'installs or builds code of others'],
  ['requirements-dev.txt', 'installs or builds code of others'],
  ['Cargo.lock', 'installs or builds code of others'],
  ['go.sum', 'installs or builds code of others'],
  ['app/build.gradle.kts', 'installs or builds code of others'],
  ['Dockerfile.prod', 'installs or builds code of others'],
])('%s: %s', (path, why) => expect(flagOf({ path, patch: plain })).toEqual({ path, why: [why] }));

test.each([
  ['120000', 'is a link'],
  ['160000', 'is a submodule'],
  ['100755', 'becomes executable'],
])('mode %s: %s', (mode, why) => expect(flagOf({ path: 'x', patch: added(mode) })).toEqual({ path: 'x', why: [why] }));

test('a mode that becomes executable is flagged, one that stops to be is not', () => {
  const modes = (from: string, to: string) => `diff --git a/x b/x\nold mode ${from}\nnew mode ${to}\n`;
  expect(flagOf({ path: 'x', patch: modes('100644', '100755') })?.why).toEqual(['becomes executable']);
  expect(flagOf({ path: 'x', patch: modes('100755', '100644') })).toBeUndefined();
});

test.each(['src/app.ts', 'src/hooks/use-cart.ts', 'docs/package.json.md', 'README.md', 'test/workflows/a.yml'])(
  '%s is not flagged, whatever its content says',
  (path) => expect(flagOf({ path, patch: `${plain}+new file mode 120000\n` })).toBeUndefined(),
);
