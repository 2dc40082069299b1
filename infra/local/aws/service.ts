/** One AWS service that speaks JSON, by the names of its API. */
export interface AwsService {
  /** One operation by its name, e.g. `PutItem`. Throws an AwsError where AWS refuses. */
  call(operation: string, input: unknown): Promise<unknown>;
}
