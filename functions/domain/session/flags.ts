import { headerOf } from './patch-sections.ts';
import type { FileDiff } from './session.ts';

/** A change that an automatic step must not take without somebody's look. */
export interface Flag {
  path: string;
  why: string[];
}

const names = (...list: string[]) => new RegExp(`(?:^|/)(?:${list.join('|')})$`, 'i');
const folders = (...list: string[]) => new RegExp(`(?:^|/)(?:${list.join('|')})/`, 'i');

/** What a change of a file by this name may do, beside what it says. */
const byName: [why: string, ...patterns: RegExp[]][] = [
  [
    'runs in CI',
    folders('\\.github/workflows', '\\.github/actions', '\\.circleci', '\\.buildkite', '\\.woodpecker', '\\.teamcity'),
    names('\\.gitlab-ci\\.ya?ml', '\\.travis\\.ya?ml', 'azure-pipelines\\.ya?ml', 'bitbucket-pipelines\\.ya?ml'),
    names(
      'Jenkinsfile[^/]*',
      '\\.drone\\.ya?ml',
      'cloudbuild\\.ya?ml',
      'buildspec\\.ya?ml',
      'appveyor\\.ya?ml',
      'action\\.ya?ml',
    ),
  ],
  ['decides who reviews', names('CODEOWNERS')],
  ['sets filters and drivers of git', names('\\.gitattributes')],
  ['fetches code from elsewhere', names('\\.gitmodules')],
  [
    'runs at commands of git',
    folders('\\.husky', '\\.githooks', 'githooks', '\\.git-hooks'),
    names(
      '\\.?lefthook(?:-local)?\\.(?:ya?ml|toml|json)',
      '\\.pre-commit-config\\.ya?ml',
      '\\.lintstagedrc[^/]*',
      '\\.overcommit\\.yml',
    ),
  ],
  [
    'runs when the folder is opened',
    folders('\\.vscode', '\\.idea', '\\.devcontainer', '\\.zed', '\\.fleet', '\\.run'),
    names(
      '[^/]*\\.code-workspace',
      '\\.envrc',
      '\\.mise\\.toml',
      'mise\\.toml',
      '\\.exrc',
      '\\.nvimrc',
      '\\.dir-locals\\.el',
    ),
  ],
  [
    'instructs the agents of later sessions',
    folders('\\.opencode', '\\.claude', '\\.cursor', '\\.agents', '\\.codex', '\\.gemini'),
    names(
      'opencode\\.jsonc?',
      'AGENTS(?:\\.\\w+)?\\.md',
      'CLAUDE(?:\\.\\w+)?\\.md',
      'GEMINI\\.md',
      '\\.mcp\\.json',
      '\\.cursorrules',
      'copilot-instructions\\.md',
    ),
  ],
  [
    'installs or builds code of others',
    names(
      'package\\.json',
      'package-lock\\.json',
      'npm-shrinkwrap\\.json',
      'yarn\\.lock',
      'pnpm-lock\\.yaml',
      'bun\\.lockb?',
      '\\.npmrc',
      '\\.yarnrc[^/]*',
      '\\.pnp\\.c?js',
      'pnpm-workspace\\.yaml',
      'deno\\.(?:jsonc?|lock)',
    ),
    names(
      'requirements[^/]*\\.(?:txt|in)',
      'pyproject\\.toml',
      'setup\\.(?:py|cfg)',
      'Pipfile(?:\\.lock)?',
      'poetry\\.lock',
      'uv\\.lock',
      'environment\\.ya?ml',
      'conftest\\.py',
      'sitecustomize\\.py',
    ),
    names(
      'Cargo\\.(?:toml|lock)',
      'build\\.rs',
      'rust-toolchain(?:\\.toml)?',
      'go\\.(?:mod|sum|work)',
      'Gemfile(?:\\.lock)?',
      '[^/]*\\.gemspec',
      'composer\\.(?:json|lock)',
      'mix\\.(?:exs|lock)',
    ),
    names(
      'pom\\.xml',
      '[^/]*\\.gradle(?:\\.kts)?',
      'gradle-wrapper\\.(?:properties|jar)',
      'gradlew(?:\\.bat)?',
      'mvnw(?:\\.cmd)?',
      '[^/]*\\.(?:cs|fs|vb)proj',
      'packages\\.lock\\.json',
      'nuget\\.config',
    ),
    names(
      'Makefile',
      'GNUmakefile',
      'justfile',
      'Taskfile\\.ya?ml',
      'Dockerfile[^/]*',
      '[^/]*\\.dockerfile',
      '(?:docker-)?compose[^/]*\\.ya?ml',
      'Vagrantfile',
      'flake\\.(?:nix|lock)',
    ),
  ],
];

const byMode: [why: string, mode: RegExp][] = [
  ['is a link', /^new (?:file )?mode 120000$/],
  ['is a submodule', /^new (?:file )?mode 160000$/],
  ['becomes executable', /^new (?:file )?mode 100755$/],
];

/** Undefined where nothing speaks against it. */
export function flagOf({ path, patch }: Pick<FileDiff, 'path' | 'patch'>): Flag | undefined {
  const header = headerOf(patch);
  const why = [
    ...byName.flatMap(([reason, ...patterns]) => (patterns.some((pattern) => pattern.test(path)) ? [reason] : [])),
    ...byMode.flatMap(([reason, mode]) => (header.some((line) => mode.test(line)) ? [reason] : [])),
  ];
  return why.length > 0 ? { path, why } : undefined;
}
