/** A refusal in the words of the AWS API: `type` is the exception's name, e.g. `ExecutionAlreadyExists`. */
export class AwsError extends Error {
  readonly type: string;
  /** Of the HTTP answer; only S3 and faults of the service itself have others than 400. */
  readonly status: number;
  /** Further fields of the body. */
  readonly details: object;

  constructor(type: string, message: string, status = 400, details: object = {}) {
    super(message);
    this.name = 'AwsError';
    this.type = type;
    this.status = status;
    this.details = details;
  }
}
