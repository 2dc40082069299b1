import * as z from 'zod';
import type { Integration } from '../../domain/integration.ts';
import type { Clock, CredentialsWriter, IntegrationStore } from '../../ports.ts';
import { hasControlCharacters, only, text } from '../fields.ts';
import { type Ids, keyedId } from '../ids.ts';
import { notFound, type Refusal } from '../refusal.ts';
import { metadataSchema } from './metadata.ts';

/** A long bearer token as a password still fits; a secret holds 64 KiB. */
const PASSWORD_CHARACTERS = 4_096;
const DEFAULT_USERNAME = 'opencode';

const otherProviders = ['devin', 'cursor', 'zup', 'aws_devops', 'codex', 'claude', 'slack', 'discord'];

/** The password as it is: spaces may be part of it. */
const password = text(PASSWORD_CHARACTERS).superRefine((given, context) => {
  const message = /[\r\n]$/.test(given)
    ? 'must not end with a line break. If it comes from a file, leave the last line break out'
    : 'must not contain line breaks or other control characters';
  if (hasControlCharacters(given)) context.addIssue({ code: 'custom', message });
});

export const integrationInput = z.strictObject({
  name: text(),
  provider: only('opencode', otherProviders, 'provider'),
  apiKey: password,
  metadata: metadataSchema.optional(),
  externalKey: text().optional(),
});
export type IntegrationInput = z.output<typeof integrationInput>;

export interface IntegrationDeps {
  integrations: IntegrationStore;
  credentials: CredentialsWriter;
  clock: Pick<Clock, 'now'>;
  ids: Ids;
}

/**
 * Stores the password in its secret, then the integration; or updates the integration of the same external key, where
 * metadata that is not named stays. The secret comes first: a listed integration always has its password.
 */
export async function createIntegration(
  deps: IntegrationDeps,
  input: IntegrationInput,
  caller: string,
): Promise<Integration> {
  const { name, provider, apiKey, externalKey } = input;
  const id = externalKey === undefined ? deps.ids.random('int') : keyedId('int', 'integration', externalKey);
  const stored = externalKey === undefined ? undefined : await deps.integrations.get(id);
  const metadata = input.metadata ?? stored?.metadata ?? {};
  await deps.credentials.write(id, { username: usernameOf(metadata), password: apiKey });

  const now = deps.clock.now().toISOString();
  const fresh: Integration = { id, name, provider, metadata, createdBy: caller, createdAt: now, updatedAt: now };
  if (!stored && (await deps.integrations.create(fresh))) return fresh;
  const existing = stored ?? (await deps.integrations.get(id)) ?? fresh;
  const changed = { ...existing, name, metadata, updatedAt: now };
  await deps.integrations.update(changed);
  return changed;
}

export async function getIntegration({ integrations }: IntegrationDeps, id: string): Promise<Integration | Refusal> {
  return (await integrations.get(id)) ?? notFound('integration');
}

/** The input's schema has made sure that a user name is a string. */
const usernameOf = ({ username }: Record<string, unknown>): string =>
  typeof username === 'string' ? username : DEFAULT_USERNAME;
