interface OwnCredentialRule {
  id: string;
  regex: string;
  keywords: string[];
  entropy?: number;
  secretGroup?: number;
  path?: string;
}

/** Forms of credentials that gitleaks leaves out, or finds over several lines. Its syntax. */
export const ownRules: OwnCredentialRule[] = [
  { id: 'private-key', regex: '-----BEGIN[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----', keywords: ['private key'] },
  {
    // A template such as `//user:${password}@` is none.
    id: 'url-password',
    regex: '[a-zA-Z][a-zA-Z0-9+.-]{0,30}://[^\\s/:@"\'`<>{}$]{0,80}:([^\\s/:@"\'`<>{}$%]{8,200})@[\\w\\[]',
    keywords: ['://'],
    entropy: 3,
  },
  {
    id: 'authorization-header',
    regex: '(?i)\\b(?:bearer|basic)[ \\t]+([\\w.~+/-]{24,400}={0,2})',
    keywords: ['bearer', 'basic'],
    entropy: 4,
  },
  {
    id: 'netrc',
    regex: '\\bmachine[ \\t]+\\S{1,100}[ \\t]+login[ \\t]+\\S{1,100}[ \\t]+password[ \\t]+(\\S{8,100})',
    keywords: ['machine'],
    entropy: 3,
  },
  {
    id: 'opencode-password',
    regex: 'OPENCODE_(?:SERVER_)?PASSWORD["\']?[ \\t]{0,5}[=:][ \\t]{0,5}["\']?([^\\s"\'$<]{8,200})',
    keywords: ['opencode_'],
    entropy: 3,
  },
  { id: 'google-oauth-token', regex: '\\b(ya29\\.[\\w-]{30,300})', keywords: ['ya29.'], entropy: 3 },
  { id: 'google-client-secret', regex: '\\b(GOCSPX-[\\w-]{28})', keywords: ['gocspx-'], entropy: 3 },
  {
    id: 'notion-token',
    regex: '\\b((?:secret_|ntn_)[A-Za-z0-9]{43,46})\\b',
    keywords: ['secret_', 'ntn_'],
    entropy: 4,
  },
  { id: 'mailgun-key', regex: '\\b(key-[0-9a-f]{32})\\b', keywords: ['key-'], entropy: 3 },
  { id: 'mailchimp-key', regex: '\\b([0-9a-f]{32}-us\\d{1,2})\\b', keywords: ['-us'], entropy: 3 },
  { id: 'new-relic-key', regex: '\\b(NRAK-[A-Z0-9]{27})\\b', keywords: ['nrak-'], entropy: 3 },
  {
    id: 'discord-webhook',
    regex: 'discord(?:app)?\\.com/api/webhooks/\\d{17,20}/([\\w-]{60,80})',
    keywords: ['discord'],
  },
  { id: 'telegram-token', regex: '\\b(\\d{8,10}:AA[\\w-]{33})(?:[^\\w-]|$)', keywords: [':aa'], entropy: 4 },
  { id: 'xai-key', regex: '\\b(xai-[A-Za-z0-9]{70,90})\\b', keywords: ['xai-'], entropy: 4 },
  { id: 'groq-key', regex: '\\b(gsk_[A-Za-z0-9]{52})\\b', keywords: ['gsk_'], entropy: 4 },
  { id: 'replicate-token', regex: '\\b(r8_[A-Za-z0-9]{37})\\b', keywords: ['r8_'], entropy: 4 },
  { id: 'docker-token', regex: '\\b(dckr_(?:pat|oat)_[\\w-]{27,40})', keywords: ['dckr_'], entropy: 3 },
  { id: 'figma-token', regex: '\\b(fig[dour]_[\\w-]{40})', keywords: ['figd_', 'figo_', 'figu_', 'figr_'], entropy: 3 },
  {
    id: 'tailscale-key',
    regex: '\\b(tskey-[a-z]{3,9}-[A-Za-z0-9]{10,30}-[A-Za-z0-9]{20,40})\\b',
    keywords: ['tskey-'],
    entropy: 3,
  },
  { id: 'supabase-token', regex: '\\b(sbp_[0-9a-f]{40})\\b', keywords: ['sbp_'], entropy: 3 },
  { id: 'buildkite-token', regex: '\\b(bku[ac]_[0-9a-f]{40})\\b', keywords: ['bkua_', 'bkuc_'], entropy: 3 },
  {
    id: 'circleci-token',
    regex: '\\b(CCIP(?:AT|RJ)_[A-Za-z0-9]{20,30}_[0-9a-f]{40})\\b',
    keywords: ['ccip'],
    entropy: 3,
  },
  {
    id: 'azure-storage-key',
    regex: '(?i)AccountKey=([a-z0-9+/]{86}==)',
    keywords: ['accountkey'],
    entropy: 4,
  },
  {
    id: 'pagerduty-token',
    regex: '(?i)pagerduty[\\w.-]{0,30}["\']?[ \\t]{0,5}[=:][ \\t]{0,5}["\']?(u\\+[\\w-]{18})\\b',
    keywords: ['pagerduty'],
    entropy: 3,
  },
  {
    id: 'aws-secret-key',
    regex:
      '(?i)aws[\\w.-]{0,30}secret[\\w.-]{0,30}["\']?[ \\t]{0,5}[=:][ \\t]{0,5}["\']?([a-z0-9/+]{40})(?:[^a-z0-9/+]|$)',
    keywords: ['secret'],
    entropy: 4,
  },
];
