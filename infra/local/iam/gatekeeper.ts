import { parseTarget } from '../aws/buckets/target.ts';
import { AwsError } from '../aws/error.ts';
import type { HttpRequest } from '../aws/http.ts';
import { bucketCall, callsOf, invokeCall } from './calls.ts';
import type { Iam } from './iam.ts';
import { type Call, roleNameOf } from './policy.ts';

/** Service, operation and input of a call. */
export type Operation = [service: string, operation: string, input: unknown];

interface GatekeeperOptions {
  iam: Iam;
  region: string;
  account: string;
  partitionKeyOf(table: string): string | undefined;
}

/** Holds each request at the endpoint to the role whose credentials it carries; others are the user's. */
export class Gatekeeper {
  readonly #options: GatekeeperOptions;

  constructor(options: GatekeeperOptions) {
    this.#options = options;
  }

  /** A service that speaks JSON. Throws AccessDenied, also for an operation whose permissions are not known here. */
  checkJson(request: HttpRequest, ...operation: Operation): void {
    const role = this.#roleOf(request);
    if (role !== undefined) this.checkRole(role, ...operation);
  }

  /** The same for what a machine's Task does, by its role's name or ARN. */
  checkRole(role: string, ...[service, operation, input]: Operation): void {
    const calls = callsOf(service, operation, input, this.#options);
    const refused = service === 'AmazonSQS' ? { type: 'AccessDenied', status: 403 } : {};
    this.#authorize(roleNameOf(role), calls, `${service}.${operation}`, refused);
  }

  checkInvocation(request: HttpRequest, functionId: string): void {
    const role = this.#roleOf(request);
    if (role === undefined) return;
    this.#options.iam.authorize({ role }, invokeCall(functionId, this.#options), { status: 403 });
  }

  /** A request whose permissions are not known here: forms, and reading what functions there are. */
  checkOther(request: HttpRequest, what: string): void {
    const role = this.#roleOf(request);
    if (role !== undefined) this.#authorize(role, undefined, what, { status: 403 });
  }

  checkBucket(request: HttpRequest): void {
    const role = this.#roleOf(request);
    const { bucket, key } = parseTarget(request.path);
    if (role === undefined) return;
    const call = bucket === undefined ? undefined : bucketCall(request.method, bucket, key, request);
    this.#authorize(role, call && [call], `S3 ${request.method}`, { type: 'AccessDenied', status: 403 });
  }

  /** Without the right to list a bucket, S3 does not say that an object is missing. */
  mayMiss(request: HttpRequest): boolean {
    const role = this.#roleOf(request);
    const { bucket, key } = parseTarget(request.path);
    const call = bucket !== undefined && key !== undefined ? bucketCall('GET', bucket, undefined) : undefined;
    return role === undefined || call === undefined || this.#options.iam.allows({ role }, call, { mayBeRefused: true });
  }

  #authorize(role: string, calls: Call[] | undefined, what: string, refused: { type?: string; status?: number }): void {
    if (!calls) {
      const { type = 'AccessDeniedException', status = 400 } = refused;
      throw new AwsError(type, `${role} may not call ${what}: what it needs is not known in infra/local/iam`, status);
    }
    for (const call of calls) this.#options.iam.authorize({ role }, call, refused);
  }

  #roleOf({ headers, query }: HttpRequest): string | undefined {
    const signed = /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1];
    return this.#options.iam.roleOf(signed ?? query.get('X-Amz-Credential')?.split('/')[0]);
  }
}
