import { generateKeyPairSync, randomBytes } from 'node:crypto';

const pick = (alphabet: string, count: number): string =>
  Array.from(randomBytes(count), (byte) => alphabet[byte % alphabet.length]).join('');
const U = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const L = U.toLowerCase();
const D = '0123456789';
const A = U + L + D;
const H = '0123456789abcdef';
const W = `${A}_-`;
const B32 = `${U}234567`;
const b64 = (bytes: number): string => randomBytes(bytes).toString('base64');
const lines = (text: string, width: number): string => (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\n');
const github = (prefix: string): string => `${prefix}_${pick(A, 36)}`;
const pem = (type: 'pkcs1' | 'pkcs8') =>
  generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type, format: 'pem' }).toString();

/** A credential of each kind, as it stands in files, made anew at each call: none is anybody's. */
export const tokenKinds: Record<string, () => string> = {
  aws_access_key_id: () => `AWS_ACCESS_KEY_ID=AKIA${pick(B32, 16)}`,
  aws_secret: () => `AWS_SECRET_ACCESS_KEY=${pick(`${A}/+`, 40)}`,
  aws_session_asia: () => `aws_access_key_id = ASIA${pick(B32, 16)}`,
  github_ghp: () => github('ghp'),
  github_gho: () => github('gho'),
  github_ghs: () => github('ghs'),
  github_ghu: () => github('ghu'),
  github_ghr: () => github('ghr'),
  github_pat: () => `github_pat_${pick(A, 22)}_${pick(A, 59)}`,
  gitlab: () => `glpat-${pick(W, 20)}`,
  slack_bot: () => `xoxb-${pick(D, 12)}-${pick(D, 12)}-${pick(A, 24)}`,
  slack_user: () => `xoxp-${pick(D, 12)}-${pick(D, 12)}-${pick(D, 12)}-${pick(H, 32)}`,
  slack_app: () => `xapp-1-A${pick(U + D, 10)}-${pick(D, 13)}-${pick(H, 64)}`,
  slack_webhook: () => `https://hooks.slack.com/services/T${pick(U + D, 8)}/B${pick(U + D, 10)}/${pick(A, 24)}`,
  npm: () => `npm_${pick(A, 36)}`,
  npmrc: () => `//packages.example.com/:_authToken=${[8, 4, 4, 4, 12].map((n) => pick(H, n)).join('-')}`,
  openai_old: () => `OPENAI_API_KEY=sk-${pick(A, 20)}T3BlbkFJ${pick(A, 20)}`,
  openai_proj: () => `sk-proj-${pick(W, 74)}T3BlbkFJ${pick(W, 74)}`,
  openai_svc: () => `sk-svcacct-${pick(W, 74)}T3BlbkFJ${pick(W, 74)}`,
  anthropic: () => `sk-ant-api03-${pick(W, 93)}AA`,
  anthropic_admin: () => `sk-ant-admin01-${pick(W, 93)}AA`,
  stripe_live: () => `sk_live_${pick(A, 24)}`,
  stripe_restricted: () => `rk_live_${pick(A, 24)}`,
  stripe_test: () => `sk_test_${pick(A, 24)}`,
  sendgrid: () => `SG.${pick(W, 22)}.${pick(W, 43)}`,
  google_api: () => `AIza${pick(W, 35)}`,
  google_oauth: () => `ya29.${pick(W, 68)}`,
  google_secret: () => `GOCSPX-${pick(W, 28)}`,
  gcp_service_account: () =>
    JSON.stringify({
      type: 'service_account',
      project_id: 'p',
      private_key_id: pick(H, 40),
      private_key: pem('pkcs8'),
      client_email: 'a@p.iam.gserviceaccount.com',
    }),
  rsa_key: () => pem('pkcs1'),
  ec_key: () =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
  pkcs8: () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  openssh: () => `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines(b64(300), 70)}\n-----END OPENSSH PRIVATE KEY-----`,
  pgp: () => `-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n${lines(b64(300), 64)}\n-----END PGP PRIVATE KEY BLOCK-----`,
  jwt: () =>
    [
      { alg: 'HS256', typ: 'JWT' },
      { sub: '1', name: 'x', iat: 1516239022 },
    ]
      .map((x) => Buffer.from(JSON.stringify(x)).toString('base64url'))
      .join('.') +
    '.' +
    randomBytes(32).toString('base64url'),
  postgres: () => `DATABASE_URL=postgres://app:${pick(A, 16)}@db.internal.corp:5432/app`,
  mysql: () => `mysql://root:${pick(A, 12)}@10.0.0.1/x`,
  mongodb: () => `mongodb+srv://u:${pick(A, 14)}@c0.abcde.mongodb.net/t`,
  basicauth: () => `https://user:${pick(A, 14)}@git.corp.io/r.git`,
  redis: () => `redis://:${pick(A, 16)}@cache.internal.corp:6379/0`,
  amqp: () => `amqps://svc:${pick(A, 16)}@mq.corp/v`,
  hf: () => `hf_${pick(U + L, 34)}`,
  digitalocean: () => `dop_v1_${pick(H, 64)}`,
  shopify: () => `shpat_${pick(H, 32)}`,
  linear: () => `lin_api_${pick(A, 40)}`,
  notion: () => `secret_${pick(A, 43)}`,
  notion2: () => `ntn_${pick(A, 46)}`,
  figma: () => `figd_${pick(W, 40)}`,
  databricks: () => `dapi${pick(H, 32)}`,
  grafana: () => `glsa_${pick(A, 32)}_${pick(H, 8)}`,
  grafana_cloud: () => `glc_${b64(60).replace(/=+$/, '')}`,
  vault: () => `hvs.${pick(W, 95)}`,
  terraform: () => `${pick(A, 14)}.atlasv1.${pick(W, 65)}`,
  azure_storage: () =>
    `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${b64(64)};EndpointSuffix=core.windows.net`,
  azure_ad: () => `AZURE_CLIENT_SECRET=${pick(A, 3)}8Q~${pick(W, 34)}`,
  twilio: () => `SK${pick(H, 32)}`,
  mailgun: () => `key-${pick(H, 32)}`,
  mailchimp: () => `${pick(H, 32)}-us12`,
  pypi: () => `pypi-AgEIcHlwaS5vcmc${pick(W, 150)}`,
  rubygems: () => `rubygems_${pick(H, 48)}`,
  docker: () => `dckr_pat_${pick(W, 27)}`,
  doppler: () => `dp.pt.${pick(A, 43)}`,
  newrelic: () => `NRAK-${pick(U + D, 27)}`,
  datadog: () => `DD_API_KEY=${pick(H, 32)}`,
  pagerduty: () => `PAGERDUTY_TOKEN=u+${pick(A, 18)}`,
  sentry: () => `sntryu_${pick(H, 64)}`,
  onepassword: () => `ops_eyJ${pick(A, 260)}`,
  discord: () => `https://discord.com/api/webhooks/${pick(D, 18)}/${pick(W, 68)}`,
  telegram: () => `${pick(D, 9)}:AA${pick(W, 33)}`,
  groq: () => `gsk_${pick(A, 52)}`,
  xai: () => `xai-${pick(A, 80)}`,
  perplexity: () => `pplx-${pick(A, 48)}`,
  replicate: () => `r8_${pick(A, 37)}`,
  opencode_pw: () => `OPENCODE_SERVER_PASSWORD=${pick(A, 24)}`,
  generic_password: () => `password = "${pick(A, 20)}"`,
  api_key: () => `api_key: "${pick(A, 32)}"`,
  bearer: () => `Authorization: Bearer ${pick(A, 40)}`,
  tailscale: () => `tskey-auth-${pick(A, 17)}-${pick(A, 32)}`,
  cloudflare: () => `CLOUDFLARE_API_TOKEN=${pick(W, 40)}`,
  netrc: () => `machine a.corp login u password ${pick(A, 16)}`,
  age: () => `AGE-SECRET-KEY-1${pick('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)}`,
  supabase: () => `sbp_${pick(H, 40)}`,
  planetscale: () => `pscale_pw_${pick(W, 43)}`,
  postman: () => `PMAK-${pick(H, 24)}-${pick(H, 34)}`,
  atlassian: () => `ATATT3xFfGF0${pick(W, 180)}`,
  buildkite: () => `bkua_${pick(H, 40)}`,
  circleci: () => `CCIPAT_${pick(A, 22)}_${pick(H, 40)}`,
  vercel: () => `VERCEL_TOKEN=${pick(A, 24)}`,
};
