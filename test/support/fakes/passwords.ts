import { createPasswordFilter } from '../../../functions/domain/secrets/password-filter.ts';
import type { CredentialScanner, CredentialsReader } from '../../../functions/ports.ts';
import { createScreen } from '../../../functions/sessions/screen.ts';

export const samplePassword = 'correct horse/battery+staple';

/** The password of every integration. */
export const fakePasswords: Pick<CredentialsReader, 'read'> = {
  read: async () => ({ username: 'opencode', password: samplePassword }),
};

/** Finds `TOKEN` wherever it stands. */
export const fakeScanner: CredentialScanner = {
  kindsIn: (_, lines) => (lines.some((line) => line.includes('TOKEN')) ? ['sample-token'] : []),
  masked: (text) => ({
    text: text.replaceAll('TOKEN', '[sample-token]'),
    kinds: text.includes('TOKEN') ? ['sample-token'] : [],
  }),
};

export const fakeScreen = (scan: 'withhold' | 'flag' | 'off' = 'withhold') =>
  createScreen(createPasswordFilter({ username: 'opencode', password: samplePassword }), fakeScanner, scan);
