/** A refusal in the words of the AWS API: `type` is the exception's name, e.g. `ExecutionAlreadyExists`. */
export class AwsError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.name = 'AwsError';
    this.type = type;
  }
}
