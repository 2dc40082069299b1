import * as z from 'zod';
import { hasControlCharacters, immutable, only, text } from '../fields.ts';
import { metadataSchema } from './metadata.ts';

/** A long bearer token as a password still fits; a secret holds 64 KiB. */
const PASSWORD_CHARACTERS = 4_096;

const otherProviders = ['devin', 'cursor', 'zup', 'aws_devops', 'codex', 'claude', 'slack', 'discord'];

/** The password as it is: spaces may be part of it. */
const password = text(PASSWORD_CHARACTERS).superRefine((given, context) => {
  const message = /[\r\n]$/.test(given)
    ? 'must not end with a line break. If it comes from a file, leave the last line break out'
    : 'must not contain line breaks or other control characters';
  if (hasControlCharacters(given)) context.addIssue({ code: 'custom', message });
});

const fields = z.strictObject({
  name: text(),
  provider: only('opencode', otherProviders, 'provider'),
  apiKey: password,
  metadata: metadataSchema.optional(),
});

export const integrationInput = fields.extend({ externalKey: text().optional() });
export type IntegrationInput = z.output<typeof integrationInput>;

/** Only what is to change; `metadata` is replaced as a whole. */
export const integrationChange = fields.partial().extend({ externalKey: immutable('the integration') });
export type IntegrationChange = z.output<typeof integrationChange>;
