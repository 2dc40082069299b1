/**
 * A value that changes from one firing to the next: it stands alone, with a unit at most. `host-12` and `v2` are names.
 */
const value =
  /(?<![\p{L}\p{N}_.-])[-+]?\d+(?:[.,:]\d+)*\s?(?:%|[kmgtµ]?i?b(?:\/s)?|ns|µs|ms|s|sec|min|m|h|d)?(?![\p{L}\p{N}_-])/gu;
const uuid = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gu;
/** A commit, a digest, a trace id: eight digits or more of hex, a number among them. */
const hex = /\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gu;
const timestamp = /\b\d{4}-\d\d-\d\d(?:[t ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d)?)?/gu;

/**
 * The title as it is compared: two alerts of one relay whose titles are equal in this form are about the same thing.
 * Case, white space and compatibility forms (NFKC) do not count, nor do values that stand alone: numbers with their
 * units, percentages, times, UUIDs and digests, each written `#`. Names with digits in them do count: `host-12` is not
 * `host-13`.
 */
export const normalisedTitle = (title: string): string =>
  title
    .normalize('NFKC')
    .toLowerCase()
    .replace(uuid, '#')
    .replace(timestamp, '#')
    .replace(hex, '#')
    .replace(value, '#')
    .replace(/\s+/gu, ' ')
    .trim();
