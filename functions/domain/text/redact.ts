/** Names of credentials, as settings, headers and options of commands call them. */
const name = '(?:password|passwd|passphrase|pwd|(?:secret|private|access|api)[-_ ]?key|secret|token)';

/**
 * What looks like a credential in a text that others wrote (a provider's error message, a command that the agent asks
 * to run). The first group is kept. Order matters: a named value is taken whole before its own form is looked at.
 */
const credentials: RegExp[] = [
  /** Private keys as OpenSSL and OpenSSH write them, cut off ones too. */
  /()-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /** User info of a URL; a scheme is shorter than 31 characters, which keeps the search linear. */
  /([a-z][a-z\d+.-]{0,30}:\/\/)[^\s/]+@/gi,
  /** Authorization values: `Bearer …`, `Basic …`. */
  /\b((?:bearer|basic)\s+)[\w.~+/=-]{6,}/gi,
  /** `password=…`, `"api_key": "…"`, `x-api-key: …`, `access_token=…`; also where the JSON stands in a JSON string. */
  new RegExp(`(${name}\\\\*["']?\\s*[=:]\\s*\\\\*["']?)[^\\s"'\\\\,;&}]+`, 'gi'),
  /** `--password …`, `--api-key …`, `--user name:…`, `-u name:…`. */
  new RegExp(`(--?${name}\\s+["']?)[^\\s"']+`, 'gi'),
  /(\s(?:-u|--user)[\s=]["']?[^\s:"']+:)[^\s"']+/g,
  /** Keys with a vendor's prefix: OpenAI, Anthropic, GitHub, Slack, GitLab, AWS, Google, Hugging Face. */
  /()\b(?:sk|pk|rk|ghp|gho|ghs|ghu|ghr|github_pat|xox[abprs]|glpat)[-_][\w-]{6,}/g,
  /()\b(?:AKIA|ASIA)[A-Z\d]{12,}/g,
  /()\bAIza[\w-]{20,}/g,
  /()\bya29\.[\w.-]{20,}/g,
  /()\bhf_[A-Za-z]{30,}/g,
  /** JSON web tokens. */
  /()\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g,
  /** Any other long run of base64 or hex with a digit in it. Words and paths are shorter or have none. */
  /()(?<![\w/.+-])(?=[\w+-]*\d)[\w+-]{32,}={0,2}/g,
];

/** Takes out of a short text what looks like a credential. For causes, which end in executions, events and logs. */
export const redact = (text: string): string =>
  credentials.reduce((safe, pattern) => safe.replace(pattern, '$1[redacted]'), text);
