import { AwsError } from '../error.ts';

export const noSuchBucket = () => new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
export const noSuchKey = () => new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
export const preconditionFailed = () =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
export const notImplemented = (what: string) => new AwsError('NotImplemented', `${what} is not supported here.`, 501);
