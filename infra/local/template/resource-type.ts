import { z } from 'zod';
import type { Cloud } from './cloud.ts';

/** What the rest of the template sees of a resource. */
export interface Created {
  /** Value of `Ref`. */
  ref: string;
  /** Values of `Fn::GetAtt`. */
  attributes?: Record<string, string>;
}

export interface ResourceType {
  /** `properties` are resolved, `name` is the physical name. Throws on a property that is not known here. */
  create(properties: Record<string, unknown>, name: string, cloud: Cloud): Promise<Created>;
}

interface Description<Properties> {
  /** Closed, so that a property which is new in the template is an error. */
  properties: z.ZodType<Properties>;
  /** Properties that change nothing on this machine, each with its reason. */
  ignored?: Record<string, string>;
  create(properties: Properties, name: string, cloud: Cloud): Created | Promise<Created>;
}

export const resourceType = <Properties>(type: Description<Properties>): ResourceType => ({
  async create(properties, name, cloud) {
    const heeded = Object.entries(properties).filter(([property]) => !(property in (type.ignored ?? {})));
    const parsed = type.properties.safeParse(Object.fromEntries(heeded));
    if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
    return type.create(parsed.data, name, cloud);
  },
});

/** Last part of an ARN: the name of a queue or function. */
export const nameInArn = (arn: string): string => arn.split(':').at(-1) ?? arn;
