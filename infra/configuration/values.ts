import { z } from 'zod';

/** Kinds of values. Each may be text, as the command line gives it; what is wrong says what would be right. */

/** A list, or its items in one text, comma-separated. */
export const listOf = (item: z.ZodType<string, string>, what: string) =>
  z
    .union([z.array(z.string()), z.string().transform((text) => text.split(','))], `must be ${what}, comma-separated`)
    .transform((items) => items.map((each) => each.trim()).filter((each) => each !== ''))
    .pipe(z.array(item));

/** An object, or its pairs in one text: `name=value`, comma-separated. */
export const pairsOf = <Value extends z.ZodType>(value: Value, what: string) =>
  z
    .union([z.record(z.string(), z.unknown()), z.string().transform(pairsIn)], `must be ${what}`)
    .pipe(z.record(z.string(), value));

/** The last `=` parts: an ARN may hold one, a relay's id never does. */
function pairsIn(text: string): Record<string, string | undefined> {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.lastIndexOf('=');
      return at < 0 ? [pair.trim(), undefined] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
}

/** A whole number in a range. */
export const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

export const relayId = z.string().regex(/^rly_[0-9a-f]{32}$/, 'must be the id of a relay, rly_…');

const arn = (service: string, rest: string, what: string) =>
  z.string().regex(new RegExp(`^arn:[\\w-]+:${service}:${rest}$`), `must be the ARN of ${what}, arn:aws:${service}:…`);

export const topicArn = arn('sns', '[\\w-]+:\\d{12}:[\\w-]+', 'an SNS topic');
export const certificateArn = arn('acm', '[\\w-]+:\\d{12}:certificate/[\\w-]+', 'a certificate in ACM');
export const keyArn = arn('kms', '[\\w-]+:\\d{12}:key/[\\w-]+', 'a KMS key (not of an alias)');
export const managedPolicyArn = arn('iam', ':(?:\\d{12}|aws):policy/[\\w+=,.@/-]+', 'a managed policy');

/** The region in an ARN. */
export const regionIn = (text: string): string => text.split(':')[3] ?? '';

/** The account in an ARN. */
export const accountIn = (text: string): string => text.split(':')[4] ?? '';
