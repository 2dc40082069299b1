import { describe, expect, test } from 'vitest';
import { type SourceFile, sourceFiles } from '../support/source-files.ts';

/** Data flows one way: handler → use case → ports → domain → contract. What a layer may import, its own folder aside. */
const mayImport = {
  contract: ['zod'],
  domain: ['contract', 'zod', 'node:crypto'],
  ports: ['contract', 'domain'],
  adapter: ['contract', 'domain', 'ports', 'package', 'node'],
  middleware: ['contract', 'domain', 'ports', 'package', 'node'],
  useCase: ['contract', 'domain', 'ports', 'useCase', 'zod', 'node:crypto', 'fastest-levenshtein'],
  wiring: ['contract', 'domain', 'ports', 'adapter'],
  handler: ['contract', 'domain', 'ports', 'adapter', 'middleware', 'useCase', 'wiring', 'package'],
  infra: ['contract', 'package', 'node'],
} satisfies Record<string, string[]>;

type Layer = keyof typeof mayImport;

function layerOf(path: string): Layer {
  if (path.startsWith('infra/')) return 'infra';
  if (path.startsWith('functions/contract/')) return 'contract';
  if (path.startsWith('functions/domain/')) return 'domain';
  if (path === 'functions/ports.ts' || path.startsWith('functions/ports/')) return 'ports';
  if (path.startsWith('functions/adapters/')) return 'adapter';
  if (path.startsWith('functions/middleware/')) return 'middleware';
  if (path.startsWith('functions/wiring/')) return 'wiring';
  if (path.endsWith('/handler.ts')) return 'handler';
  if (/^functions\/[a-z-]+(\/[a-z-]+)?\/[a-z-]+\.ts$/.test(path)) return 'useCase';
  throw new Error(`${path} is in no layer`);
}

/** Adapters are split by wire format: one folder, or one file directly in `adapters/`. */
const adapterOf = (path: string) => path.split('/')[2];

/**
 * Variables of the environment, and HTTP to addresses that others choose. The latter is no wire format of its own: it is what
 * keeps every call to a rule's endpoint from loopback, metadata services and redirects, and there must be one of it.
 */
const isShared = (path: string) =>
  path === 'functions/adapters/environment.ts' || path.startsWith('functions/adapters/http/');

function isAllowed(file: SourceFile, imported: string): boolean {
  const layer = layerOf(file.path);
  const allowed: readonly string[] = mayImport[layer];
  if (allowed.includes(imported)) return true;
  if (imported.startsWith('node:')) return allowed.includes('node');
  if (!imported.endsWith('.ts')) return allowed.includes('package');
  const target = layerOf(imported);
  if (layer === 'adapter' && target === 'adapter') {
    return adapterOf(file.path) === adapterOf(imported) || isShared(imported);
  }
  return target === layer || allowed.includes(target);
}

describe('imports follow the layers', () => {
  const files = sourceFiles('functions/**/*.ts', 'infra/**/*.ts');

  test.each(files)('$path', (file) => {
    expect(file.imports.filter((imported) => !isAllowed(file, imported))).toEqual([]);
  });

  test('the rules refuse what they are there to refuse', () => {
    const refused: [path: string, imported: string][] = [
      ['functions/domain/alert.ts', 'functions/ports.ts'],
      ['functions/domain/alert.ts', 'node:fs'],
      ['functions/adapters/secrets/credentials.ts', 'functions/adapters/dynamodb/table.ts'],
      ['functions/adapters/secrets/credentials.ts', 'functions/poll-session/poll-session.ts'],
      ['functions/adapters/http/guard.ts', 'functions/adapters/opencode/client.ts'],
      ['functions/poll-session/poll-session.ts', 'functions/adapters/secrets/credentials.ts'],
      ['functions/poll-session/poll-session.ts', '@aws-sdk/client-sfn'],
      ['infra/stack.ts', 'functions/domain/alert.ts'],
      ['functions/contract/limits.ts', 'functions/domain/alert.ts'],
    ];
    for (const [path, imported] of refused) expect(isAllowed({ path, lines: 1, imports: [] }, imported)).toBe(false);
  });
});
