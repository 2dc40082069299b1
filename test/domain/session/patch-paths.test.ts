import { expect, test } from 'vitest';
import { pathProblem } from '../../../functions/domain/session/patch-paths.ts';

test.each([
  '../outside',
  'a/../../b',
  'a/..',
  '/etc/passwd',
  'C:\\windows',
  'a\\..\\b',
  '.git/config',
  '.GIT/hooks/pre-commit',
  'sub/.git/config',
  'git~1/config',
  '.git./config',
  '.git /config',
  '.git::$INDEX_ALLOCATION/x',
  '.g\u200cit/config',
  'a\nb',
  'a//b',
  './a',
  '',
])('%j is refused', (path) => expect(pathProblem(path)).toBeDefined());

test.each([
  'src/app.ts',
  '.gitignore',
  '.github/workflows/ci.yml',
  'git/config',
  'a..b',
  '...',
  'ü/ß',
  'a b/c',
  '.gitattributes',
])('%j is taken', (path) => expect(pathProblem(path)).toBeUndefined());
