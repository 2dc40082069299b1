import { expect, test } from 'vitest';
import { isWithheld } from '../../functions/sessions/withheld.ts';

const files: [path: string, withheld: boolean][] = [
  ['.env', true],
  ['services/api/.env', true],
  ['.env.local', true],
  ['prod.env', true],
  ['config/prod.env.json', true],
  ['tls/server.key', true],
  ['tls/server.pem', true],
  ['home/id_ed25519', true],
  ['.npmrc', true],
  ['.env.example', false],
  ['.env.template', false],
  ['src/environment.ts', false],
  ['src/env.ts', false],
  ['src/app.env.ts', false],
  ['src/keys.ts', false],
  ['home/id_ed25519.pub', false],
];

test.each(files)('%s is withheld: %s', (path, withheld) => {
  expect(isWithheld(path)).toBe(withheld);
});
