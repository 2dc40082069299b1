import type { ApiErrorCode, ApiIssue } from '../../contract/api.ts';

/** Code of an issue that asks for something the public contract has and this server does not. */
export const NOT_SUPPORTED = 'not_supported';

/** Why a request was not done, as the caller is told. An ordinary result of a use case, never thrown. */
export class ApiRefusal {
  readonly status: number;
  readonly code: ApiErrorCode;
  readonly message: string;
  readonly issues: ApiIssue[] | undefined;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    code: ApiErrorCode,
    message: string,
    { issues, headers = {} }: { issues?: ApiIssue[]; headers?: Record<string, string> } = {},
  ) {
    this.status = status;
    this.code = code;
    this.message = message;
    this.issues = issues;
    this.headers = headers;
  }
}

/** `what` is a kind of resource; its id is not repeated, it may be anything. */
export const notFound = (what: string): ApiRefusal => new ApiRefusal(404, 'not_found', `There is no such ${what}.`);

/** A 400 with what is wrong, field by field. The SDK shows issues of a 400 only. */
export function invalid(issues: ApiIssue[]): ApiRefusal {
  const unsupported = issues.every(({ code }) => code === NOT_SUPPORTED);
  return unsupported
    ? new ApiRefusal(400, 'not_supported', 'The request asks for what is not supported.', { issues })
    : new ApiRefusal(400, 'invalid_request', 'The request does not fit.', { issues });
}
