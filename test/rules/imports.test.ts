import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type SourceFile, sourceFiles } from '../support/source-files.ts';

/**
 * Data flows one way: handler → use case → ports → domain → contract. What a layer may import, its own folder aside. A
 * room holds what several entry points share; an entry point is a folder with a handler, and none imports another.
 */
const mayImport = {
  contract: ['zod'],
  domain: ['contract', 'zod', 'node:crypto', 'fastest-levenshtein', 'markdown-it'],
  ports: ['contract', 'domain'],
  adapter: ['contract', 'domain', 'ports', 'package', 'node'],
  middleware: ['contract', 'domain', 'ports', 'package', 'node'],
  room: ['contract', 'domain', 'ports', 'room', 'zod', 'node:crypto'],
  useCase: ['contract', 'domain', 'ports', 'room', 'zod', 'node:crypto', 'fastest-levenshtein'],
  wiring: ['contract', 'domain', 'ports', 'adapter'],
  handler: ['contract', 'domain', 'ports', 'adapter', 'middleware', 'room', 'useCase', 'wiring', 'package'],
  infra: ['contract', 'package', 'node'],
} satisfies Record<string, string[]>;

type Layer = keyof typeof mayImport;

const sharedRooms = ['deliveries', 'decisions', 'sessions'];

const entryPoints = sourceFiles('functions/**/handler.ts').map(({ path }) => dirname(path));
const entryPointOf = (path: string) => entryPoints.find((folder) => path.startsWith(`${folder}/`));

function layerOf(path: string): Layer {
  const [root, folder = ''] = path.split('/');
  if (root === 'infra') return 'infra';
  if (folder === 'contract' || folder === 'domain' || folder === 'middleware' || folder === 'wiring') return folder;
  if (folder === 'ports' || folder === 'ports.ts') return 'ports';
  if (folder === 'adapters') return 'adapter';
  if (sharedRooms.includes(folder)) return 'room';
  if (path.endsWith('/handler.ts')) return 'handler';
  if (entryPointOf(path) !== undefined) return 'useCase';
  throw new Error(`${path} is in no layer`);
}

/** Adapters are split by wire format: one folder, or one file directly in `adapters/`. */
const adapterOf = (path: string) => path.split('/')[2];

/**
 * Variables of the environment, the one client of each AWS service, and HTTP to addresses that others choose. The last
 * is no wire format of its own: it is what keeps every call to a rule's endpoint from loopback, metadata services and
 * redirects, and there must be one of it.
 */
const isShared = (path: string) =>
  path === 'functions/adapters/environment.ts' ||
  path.startsWith('functions/adapters/clients/') ||
  path.startsWith('functions/adapters/http/');

function isAllowed(file: SourceFile, imported: string): boolean {
  const layer = layerOf(file.path);
  const allowed: readonly string[] = mayImport[layer];
  if (allowed.includes(imported.replace(/^zod\/.*/, 'zod'))) return true;
  if (imported.startsWith('node:')) return allowed.includes('node');
  if (!imported.endsWith('.ts')) return allowed.includes('package');
  const target = layerOf(imported);
  if (layer === 'adapter' && target === 'adapter') {
    return adapterOf(file.path) === adapterOf(imported) || isShared(imported);
  }
  if (target === 'useCase' || target === 'handler') return entryPointOf(file.path) === entryPointOf(imported);
  return target === layer || allowed.includes(target);
}

/** The folders of `domain/`, each of which may import those before it. */
const domainFolders = [
  'task',
  'text',
  'secrets',
  'alert',
  'intake',
  'signature',
  'verification',
  'prompt',
  'rule',
  'catalogue',
  'webhook',
  'repository',
  'session',
  'job',
  'audit',
  'storm',
  'decision',
  'relay-run',
  'explain',
  'report',
  'replay',
];
const domainFolderOf = (path: string) => path.split('/')[2] ?? '';

function isInOrder(path: string, imported: string): boolean {
  if (!imported.startsWith('functions/domain/')) return true;
  return domainFolders.indexOf(domainFolderOf(imported)) <= domainFolders.indexOf(domainFolderOf(path));
}

describe('imports follow the layers', () => {
  const files = sourceFiles('functions/**/*.ts', 'infra/**/*.{ts,tsx}');

  test.each(files)('$path', (file) => {
    expect(file.imports.filter((imported) => !isAllowed(file, imported))).toEqual([]);
  });

  test('every entry point stands in the folder of its machine, or of the side of the system that it serves', () => {
    const machines = new Set(entryPoints.map((folder) => dirname(folder)));
    expect([...machines].sort()).toEqual([
      'functions/api',
      'functions/intake',
      'functions/relay-run',
      'functions/session',
      'functions/storm',
      'functions/upkeep',
    ]);
  });

  test('the folders of the domain are those of the order above', () => {
    const folders = new Set(sourceFiles('functions/domain/**/*.ts').map(({ path }) => domainFolderOf(path)));
    expect([...folders].sort()).toEqual([...domainFolders].sort());
  });

  test.each(sourceFiles('functions/domain/**/*.ts'))(
    '$path imports no later folder of the domain',
    ({ path, imports }) => {
      expect(imports.filter((imported) => !isInOrder(path, imported))).toEqual([]);
    },
  );

  test('the rules refuse what they are there to refuse', () => {
    const refused: [path: string, imported: string][] = [
      ['functions/domain/alert/alert.ts', 'functions/ports.ts'],
      ['functions/domain/alert/alert.ts', 'node:fs'],
      ['functions/adapters/secrets/credentials.ts', 'functions/adapters/dynamodb/table.ts'],
      ['functions/adapters/secrets/credentials.ts', 'functions/session/poll-session/poll-session.ts'],
      ['functions/adapters/http/guard.ts', 'functions/adapters/opencode/client.ts'],
      ['functions/session/poll-session/poll-session.ts', 'functions/adapters/secrets/credentials.ts'],
      ['functions/session/poll-session/poll-session.ts', '@aws-sdk/client-sfn'],
      ['functions/session/poll-session/poll-session.ts', 'functions/session/create-session/create-session.ts'],
      ['functions/storm/check-storm/handler.ts', 'functions/storm/record-root-cause/record-root-cause.ts'],
      ['functions/decisions/begin-session.ts', 'functions/intake/route-alert/route-alert.ts'],
      ['infra/stack.ts', 'functions/domain/alert/alert.ts'],
      ['functions/contract/limits.ts', 'functions/domain/alert/alert.ts'],
    ];
    for (const [path, imported] of refused)
      expect(isAllowed({ path, lines: 1, imports: [] }, imported), path).toBe(false);
    expect(isInOrder('functions/domain/alert/alert.ts', 'functions/domain/rule/rule.ts')).toBe(false);
  });
});
