import * as z from 'zod';
import { within } from '../../../contract/ranges.ts';
import { type AuthScheme, authSchemes, MAX_SECRETS } from '../../../domain/signature/auth.ts';
import { hasControlCharacters, text } from '../fields.ts';

/** A secret that is shorter can be guessed, however well it is compared. */
const MIN_SECRET_CHARACTERS = 8;
/** A secret holds 64 KiB, and a header 10 KiB; a long token still fits. */
const MAX_SECRET_CHARACTERS = 4_096;
const MAX_OVERLAP_HOURS = 168;
const toleranceSeconds = { min: 10, max: 3_600 };

const secret = text(MAX_SECRET_CHARACTERS)
  .min(MIN_SECRET_CHARACTERS)
  .refine((given) => !hasControlCharacters(given), 'must not contain line breaks or other control characters')
  .refine((given) => !/^ | $/.test(given), 'must not begin or end with a space: headers lose it');

const headerName = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9-]+$/, 'must be the name of a header: letters, digits and hyphens')
  .toLowerCase();

const options = ['username', 'header', 'timestampHeader', 'deliveryHeader', 'encoding', 'toleranceSeconds'] as const;
type Option = (typeof options)[number];

/** What a scheme leaves open; everything else is fixed by its preset. */
const takes: Record<AuthScheme, readonly Option[]> = {
  sentry: ['toleranceSeconds'],
  pagerduty: [],
  grafana: ['header', 'timestampHeader', 'toleranceSeconds'],
  standard_webhooks: ['toleranceSeconds'],
  github: ['header', 'deliveryHeader'],
  timestamp_body: ['header', 'timestampHeader', 'encoding', 'toleranceSeconds'],
  rootly: ['toleranceSeconds'],
  slack: ['toleranceSeconds'],
  basic: ['username'],
  bearer: [],
  header: ['header'],
};

const fields = z.strictObject({
  scheme: z.enum(authSchemes),
  /** Kept where it is left out and the scheme stays. Never answered. */
  secret: secret.optional(),
  /** Two that are valid at once, in the place of one. */
  secrets: z.array(secret).min(1).max(MAX_SECRETS).optional(),
  /** For Basic auth, together with its secret. */
  username: text()
    .refine((given) => !given.includes(':'), 'must not contain a colon: Basic auth ends the user name at the first one')
    .refine((given) => !hasControlCharacters(given), 'must not contain control characters')
    .optional(),
  header: headerName.optional(),
  timestampHeader: headerName.optional(),
  deliveryHeader: headerName.optional(),
  encoding: z.enum(['hex', 'base64']).optional(),
  toleranceSeconds: within(toleranceSeconds).optional(),
  /** False ends the secret that is replaced at once; else it works on for `overlapHours`, by default 24. */
  keepPrevious: z.boolean().optional(),
  overlapHours: z.number().min(0).max(MAX_OVERLAP_HOURS).optional(),
});
export type AuthInput = z.output<typeof fields>;

/** How senders of a webhook prove who they are, as a person sets it. */
export const authInput = fields.superRefine((given, context) => {
  for (const [field, message] of problemsOf(given)) context.addIssue({ code: 'custom', message, path: [field] });
});

function problemsOf(given: AuthInput): [field: string, message: string][] {
  const { scheme, secret, secrets, username, header, timestampHeader } = given;
  const hasSecret = secret !== undefined || secrets !== undefined;
  const foreign = options.filter((option) => given[option] !== undefined && !takes[scheme].includes(option));
  const problems: [string, string | false][] = [
    ...foreign.map((option): [string, string] => [option, `does not go with the scheme ${scheme}`]),
    ['secrets', secret !== undefined && secrets !== undefined && 'must not be given together with secret'],
    ['header', scheme === 'header' && header === undefined && 'is required: the header that holds the secret'],
    ['username', scheme === 'basic' && hasSecret && username === undefined && 'is required together with a secret'],
    ['secret', scheme === 'basic' && !hasSecret && username !== undefined && 'is required together with a user name'],
    ['timestampHeader', header !== undefined && header === timestampHeader && 'must be another one than header'],
    ['secret', scheme === 'standard_webhooks' && !isBase64(secret) && BASE64_EXPECTED],
    ['secrets', scheme === 'standard_webhooks' && !(secrets ?? []).every(isBase64) && BASE64_EXPECTED],
  ];
  return problems.flatMap(([field, message]): [string, string][] => (message === false ? [] : [[field, message]]));
}

const BASE64_EXPECTED = 'must be as the sender shows it, whsec_ and then base64';

const isBase64 = (secret: string | undefined): boolean =>
  secret === undefined || /^(whsec_)?(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(secret);
