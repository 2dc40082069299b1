import { limits } from '../../contract/limits.ts';

export interface Issue {
  /** From the body's root, e.g. `['alerts', 3, 'startsAt']`. */
  path: (string | number)[];
  code: string;
  /** Names what is expected, never what was sent. */
  message: string;
}

/** Why a delivery is not taken, and the HTTP status that tells its sender so. Counted by code. */
const refusalStatus = {
  unknown_hook: 404,
  wrong_door: 403,
  too_many_requests: 429,
  missing_signature: 401,
  bad_signature: 401,
  stale_timestamp: 401,
  invalid_encoding: 400,
  invalid_json: 400,
  form_encoded: 400,
  not_an_object: 400,
  nested_too_deep: 400,
  unknown_format: 400,
  invalid_payload: 400,
  body_too_large: 413,
  too_many_alerts: 413,
  delivery_too_large: 413,
} as const;
type RefusalCode = keyof typeof refusalStatus;

/** What to do about a delivery that is too large. */
export const fewerAlerts =
  `Group the alerts finer, or set "max_alerts: ${limits.recommendedMaxAlerts}" in Alertmanager's webhook_config ` +
  '(Grafana: Max Alerts of the contact point), so that each delivery holds fewer.';

/** An expected answer, given back, never thrown. Nothing of the delivery is stored. */
export class HookRefusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly issues: Issue[];
  /** When to send it again, where that helps. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: RefusalCode, message: string, issues: Issue[] = [], retryAfterSeconds?: number) {
    this.code = code;
    this.message = message;
    this.issues = issues;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** The same of a part of the body. */
  within(path: Issue['path']): HookRefusal {
    const issues = this.issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] }));
    return new HookRefusal(this.code, this.message, issues);
  }

  get status(): number {
    return refusalStatus[this.code];
  }
}
