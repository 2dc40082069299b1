const MOST_HEADERS = 20;
const VALUE_CHARACTERS = 1_024;

/** RFC 9110: a token. */
const legalName = /^[\w!#$%&'*+.^`|~-]{1,100}$/;
/** What every server reads the same way: visible ASCII, with spaces and tabs between. */
const legalValue = /^(?:[!-~](?:[\t -~]*[!-~])?)?$/;

/** Set by the call itself, or of the connection and not of the request. */
const ours =
  /^(?:webhook-.*|host|content-length|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-connection)$/i;

/** Names that carry credentials, alone or as a part of a longer name. */
const secret =
  /^(?:.+[-_])?(?:authorization|cookie|api[-_]?key|access[-_]?key|private[-_]?key|auth|token|secret|password|passwd|credentials?|signature|[a-z]+token)(?:[-_].+)?$/i;
const secretValue = /^(?:basic|bearer)\s/i;

/** What is wrong with the headers that a rule sets, in one sentence for its author; undefined if nothing is. */
export function headersProblem(headers: Record<string, string>): { message: string; path: string[] } | undefined {
  const names = Object.keys(headers);
  if (names.length > MOST_HEADERS) return { message: `must be ${MOST_HEADERS} headers at most`, path: [] };
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    const message = headerProblem(name, value) ?? (seen.has(name.toLowerCase()) ? 'is named twice' : undefined);
    if (message !== undefined) return { message, path: [name] };
    seen.add(name.toLowerCase());
  }
  return undefined;
}

function headerProblem(name: string, value: string): string | undefined {
  if (!legalName.test(name)) return 'must be the name of a header: letters, digits and hyphens';
  if (ours.test(name)) return 'is set by the call itself: leave it out';
  if (secret.test(name) || secretValue.test(value)) {
    return 'must not carry a credential, for rules are readable: have the receiver check the header webhook-signature';
  }
  if (value.includes('{{')) return 'must not carry placeholders: put them into the payload';
  if (value.length > VALUE_CHARACTERS) return `must have ${VALUE_CHARACTERS} characters at most`;
  if (!legalValue.test(value)) return 'must be visible ASCII, without spaces at its ends';
  return undefined;
}
