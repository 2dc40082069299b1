import type { WebhookAuth } from '../../../functions/domain/signature/auth.ts';

/**
 * Signatures made with the `openssl` command alone, of bodies as files: `openssl dgst -sha256 -hmac "$SECRET"` over the
 * body, or over `printf "$TIME:"` and the body, and so on; for Standard Webhooks with `-macopt hexkey:` of the decoded
 * key.
 */
export const SECRET = 'It is a secret to everybody';
export const BASE64_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
/** 2027-03-01T12:00:00Z */
export const TIME = '1803902400';
export const ID = 'msg_1';

export const bodies = {
  plain: '{"title":"Disk full"}',
  emoji: '{"title":"🔥 Checkout 👩‍🚒"}',
  nonAscii: '{"title":"Prüfung fehlgeschlagen: 温度"}',
  escapedSlashes: '{"title":"Disk full","url":"https:\\/\\/grafana.example.com\\/d\\/1"}',
  crlf: '{\r\n  "title": "Disk full"\r\n}\r\n',
  empty: '',
} as const;
export type BodyName = keyof typeof bodies;

interface Signatures {
  /** Hex, of the body. */
  body: string;
  /** Of `time:body`. */
  timeColonBody: string;
  timeColonBodyBase64: string;
  /** Of time and body without anything between. */
  timeBody: string;
  /** Of `v0:time:body`. */
  v0: string;
  /** Base64, of `id.time.body`. */
  standard: string;
}

export const signatures: Record<BodyName, Signatures> = {
  plain: {
    body: 'b7baa3dc7e91bb1e6b0226ff88e246baf03d08c98f7796d9108706ae97dc1e57',
    timeColonBody: 'c37af21b9fff886aed2aa712ff35d43fd6e38f427587ba5642d64ea396d2b6a6',
    timeColonBodyBase64: 'w3ryG5//iGrtKqcS/zXUP9bjj0J1h7pWQtZOo5bStqY=',
    timeBody: '70b3173af9f13094afa6bbe1eca5e7ca16029a9c56e4dc9eaf81278eb751ecec',
    v0: 'aa2cfe7e113c7ef6bbad1cefebe6e4b31ae30d4f6704e2877808e7bcdbb1cbf6',
    standard: 'ob0hUogNiGIk/9fWamgQX0+9s8sg+4sqST01d74tTCI=',
  },
  emoji: {
    body: '6478d0a23aa69b50bb5afda96c485a499294266d5e85153f33bc780ea30e9dec',
    timeColonBody: '0bdf970da3cf8a16937a9994ca16146ca60ad733b03277c8b11d09b82908236c',
    timeColonBodyBase64: 'C9+XDaPPihaTepmUyhYUbKYK1zOwMnfIsR0JuCkII2w=',
    timeBody: '7484404a8f15fbbc2c204740a1f929e32b80465d2060a870929f146120c97df2',
    v0: '42d4e7f33b9928b36a6149553429c9ebb2c3a6f851542180b1fb03e13ac83ffc',
    standard: 'yT5bLCOBfQ12AS1OVRgu0ZowDZGM3GigoM/VNlwO9qA=',
  },
  nonAscii: {
    body: 'faf887f819f830b991006196041af7dd36697ad33bf37000d213c0d9f82c8320',
    timeColonBody: '43cb159ab0d9d5e25292dd45462f0091488cf0ff7966fc45bc053dd3058ae97c',
    timeColonBodyBase64: 'Q8sVmrDZ1eJSkt1FRi8AkUiM8P95ZvxFvAU90wWK6Xw=',
    timeBody: 'daf22fb0faafe42365851e9c0aaf408df0ec2821ab6583c8b36b1da078d9ed22',
    v0: 'd22fca3e48e324ab8f97c517a2cc6bdd11595984bce892175b92853693fb375d',
    standard: 't3+XWdmQYHu1FicUakI3dydPaJlwmjNlI2UlI1Xcc5c=',
  },
  escapedSlashes: {
    body: 'e3f130589709958c508c87cfe937d4422efc15dfc19ffd64caaedfba9ad80d75',
    timeColonBody: 'dd620e511ddc26a6737fa09c9e23df41d2ff19f9dde88832d3d2e80452e62ac0',
    timeColonBodyBase64: '3WIOUR3cJqZzf6CcniPfQdL/Gfnd6Igy09LoBFLmKsA=',
    timeBody: '159a4502bbbdfd6db1bcff8cf5c365bd5710928c6498ba05a6b0d9c204d419f3',
    v0: '3806f0a31a57ca9937d5fe88614996ddaacf760c881fd66d23609b9907f3522a',
    standard: 'I9flMj+wpIF/rCQRVXIk3Tlr1wH42J0Fk8XQ8UOor80=',
  },
  crlf: {
    body: 'd5c4ae5701db3d40743c04a3f27f36f51d3f8b4b39bf51dc3074ee01eef1f8c6',
    timeColonBody: '35d03f113e99bd22e4ef7dd2c3215e4158d9cc5c20874e746fb5a5926ed7b035',
    timeColonBodyBase64: 'NdA/ET6ZvSLk733SwyFeQVjZzFwgh050b7Wlkm7XsDU=',
    timeBody: '51f2ce5c302484a989e5c522ec83cab01a269ecea913c851531f5960319c0199',
    v0: 'd19e3a7453c52d20286eb4e08cea2ddeb2ebe6a7d557af93a1178c254c411320',
    standard: 'RUsrsTPXiwJrNsWnv0UT7U/n1hGJdeUC3S58QQwCC2w=',
  },
  empty: {
    body: '30cfed1421a427d8b8f9eb21599d1c294761075c842c859c8021d05827359ccf',
    timeColonBody: '1832b48e986e3ff841ec578749559e0c3c2a7c28d8b0a139e700021ae5f48742',
    timeColonBodyBase64: 'GDK0jphuP/hB7FeHSVWeDDwqfCjYsKE55wACGuX0h0I=',
    timeBody: 'dee15bb302f63d1e3690fff663a517adfb5d82b068c1045af9fd25a90685b465',
    v0: '39fa31b595327689a333ff50760b53184894c88f58f4f4a71cec89a26875117a',
    standard: '5VkRhtv8RvTWxdr1iEU/mZLg9BUmQhqOMF4EPrvtYOY=',
  },
};

/** What the sender of each scheme sends beside a body. */
export const headersOf = {
  sentry: ({ body }) => ({ 'sentry-hook-signature': body, 'sentry-hook-timestamp': TIME, 'request-id': 'r-1' }),
  pagerduty: ({ body }) => ({ 'x-pagerduty-signature': `v1=${'0'.repeat(64)},v1=${body}`, 'x-webhook-id': 'w-1' }),
  grafana: ({ body }) => ({ 'x-grafana-alerting-signature': body }),
  standard_webhooks: ({ standard }) => ({
    'webhook-id': ID,
    'webhook-timestamp': TIME,
    'webhook-signature': `v1a,AAAA v1,${standard}`,
  }),
  github: ({ body }) => ({ 'x-hub-signature-256': `sha256=${body}`, 'x-github-delivery': 'd-1' }),
  timestamp_body: ({ timeColonBodyBase64 }) => ({
    'x-amzn-event-timestamp': TIME,
    'x-amzn-event-signature': timeColonBodyBase64,
  }),
  rootly: ({ timeBody }) => ({ 'x-rootly-signature': `t=${TIME},v1=${timeBody}` }),
  slack: ({ v0 }) => ({ 'x-slack-signature': `v0=${v0}`, 'x-slack-request-timestamp': TIME }),
} satisfies Record<string, (of: Signatures) => Record<string, string>>;

export type SignedScheme = keyof typeof headersOf;
export const signedSchemes = [
  'sentry',
  'pagerduty',
  'grafana',
  'standard_webhooks',
  'github',
  'timestamp_body',
  'rootly',
  'slack',
] as const satisfies SignedScheme[];

/** Grafana with a header for the time, and the `time:body` scheme in hex under names of its own. */
export const variants: [
  name: string,
  settings: Partial<WebhookAuth>,
  headers: (of: Signatures) => Record<string, string>,
][] = [
  [
    'Grafana with a time',
    { scheme: 'grafana', timestampHeader: 'x-grafana-time' },
    ({ timeColonBody }) => ({ 'x-grafana-alerting-signature': timeColonBody, 'x-grafana-time': TIME }),
  ],
  [
    'Grafana under another name',
    { scheme: 'grafana', header: 'x-team-signature' },
    ({ body }) => ({ 'x-team-signature': body }),
  ],
  [
    'time:body in hex',
    { scheme: 'timestamp_body', header: 'x-signature', timestampHeader: 'x-time', encoding: 'hex' },
    ({ timeColonBody }) => ({ 'x-signature': timeColonBody, 'x-time': TIME }),
  ],
  [
    'Svix',
    { scheme: 'standard_webhooks' },
    ({ standard }) => ({ 'svix-id': ID, 'svix-timestamp': TIME, 'svix-signature': `v1,${standard}` }),
  ],
  [
    'GitHub style, by another header',
    { scheme: 'github' },
    ({ body }) => ({ 'x-webhook-signature': `sha256=${body}` }),
  ],
];
