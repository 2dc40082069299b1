import { expect, test } from 'vitest';
import { limits } from '../../functions/contract/limits.ts';
import { createPasswordFilter } from '../../functions/domain/secrets/password-filter.ts';
import { shownOutput } from '../../functions/sessions/check-output.ts';
import { fakeScanner, samplePassword } from '../support/fakes/passwords.ts';

const filter = createPasswordFilter({ username: 'opencode', password: samplePassword });
const shown = (text: string) => shownOutput(text, filter, fakeScanner);

test('is shown without colours, controls, the password and credentials', () => {
  const text = `\u001b[31mred\u001b[0m\r\nlink \u001b]8;;https://x\u0007y\u0007 ${samplePassword} TOKEN\u0000\u202e\n`;
  expect(shown(text)).toBe('red\nlink y [password] [sample-token]');
});

test('that holds the password in lines of base64 is left out', () => {
  const wrapped = Buffer.from(`${'x'.repeat(40)}${samplePassword}${'y'.repeat(40)}`).toString('base64');
  expect(shown(`${wrapped.slice(0, 76)}\n${wrapped.slice(76)}`)).toBe(
    '[left out: it holds the password of the server]',
  );
});

test('is the end of what was printed, in whole characters', () => {
  const text = `${'é'.repeat(3_000)}!`;
  const output = shown(text);
  expect(Buffer.byteLength(output)).toBeLessThanOrEqual(limits.checkOutputBytes);
  expect(output).toMatch(/^é+!$/);
});

test('that was cut by the server shows nothing of the line in which it was cut', () => {
  const secret = 'half-of-a-secret';
  expect(shown(`${secret}\n${'a line\n'.repeat(1_200)}`)).not.toContain(secret);
  expect(shown(`${secret}${'x'.repeat(9_000)}`)).not.toContain(secret);
  // It is all that there is, and nothing was cut.
  expect(shown(secret)).toBe(secret);
});
