import { type Identities, readIdentities } from '../iam/identities.ts';
import { type Cloud, physicalName } from './cloud.ts';
import type { Template, TemplateResource } from './cloud-assembly.ts';
import { type Lookup, referencesIn, resolve, resolveAll } from './intrinsics.ts';
import type { Created } from './resource-type.ts';
import { ignoredTypes, resourceTypes } from './resource-types.ts';
import { stackArn } from './stack.ts';

/** What came of a template. */
export interface CreatedResources {
  outputs: Record<string, string>;
  resources: { logicalId: string; type: string; physicalId: string }[];
  /** Who may do what. */
  identities: Identities;
}

/**
 * Makes every resource of the template, each after those that it refers to, and returns them with the outputs' values.
 * Throws where the template holds a type, a property or an intrinsic function that is not known here, and names the
 * resource.
 */
export async function createResources({ Resources, Outputs }: Template, cloud: Cloud): Promise<CreatedResources> {
  const created = new Map<string, Created>();
  const lookup = lookupIn(created, cloud);
  for (const [logicalId, resource] of inOrder(Resources)) {
    try {
      created.set(logicalId, await create(logicalId, resource, lookup, cloud));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${logicalId} (${resource.Type}) cannot be brought up here: ${reason}`, { cause: error });
    }
  }
  const identities = readIdentities({ Resources }, lookup);
  cloud.iam.enforce(identities);
  const outputs = Object.entries(Outputs).map(([name, { Value }]) => [name, String(resolve(Value, lookup))] as const);
  const resources = Object.entries(Resources).map(([logicalId, { Type: type }]) => ({
    logicalId,
    type,
    physicalId: created.get(logicalId)?.ref ?? logicalId,
  }));
  return { outputs: Object.fromEntries(outputs), resources, identities };
}

async function create(logicalId: string, resource: TemplateResource, lookup: Lookup, cloud: Cloud): Promise<Created> {
  const name = physicalName(logicalId, cloud);
  const ignored = ignoredTypes.get(resource.Type);
  if (ignored) {
    const arn = ignored.arnOf(name, cloud);
    return { ref: name, ...(arn !== undefined && { attributes: { Arn: arn } }) };
  }
  const type = resourceTypes.get(resource.Type);
  if (!type) throw new Error('the type is not known');
  if (resource.Condition !== undefined) throw new Error('conditions are not known');
  return type.create(resolveAll(resource.Properties, lookup), name, cloud);
}

function lookupIn(created: Map<string, Created>, cloud: Cloud): Lookup {
  const pseudo = pseudoParameters(cloud);
  const find = (logicalId: string): Created => {
    const resource = created.get(logicalId);
    if (!resource) throw new Error(`there is no ${logicalId} in the template`);
    return resource;
  };
  return {
    ref: (name) => (pseudo.has(name) ? pseudo.get(name) : find(name).ref),
    attribute(logicalId, name) {
      const value = find(logicalId).attributes?.[name];
      if (value === undefined) throw new Error(`the attribute ${name} of ${logicalId} is not known`);
      return value;
    },
  };
}

const pseudoParameters = (cloud: Cloud) =>
  new Map<string, string | undefined>([
    ['AWS::AccountId', cloud.account],
    ['AWS::NoValue', undefined],
    ['AWS::Partition', 'aws'],
    ['AWS::Region', cloud.region],
    ['AWS::StackId', stackArn(cloud)],
    ['AWS::StackName', cloud.stackName],
    ['AWS::URLSuffix', 'amazonaws.com'],
  ]);

/** Depth first. Throws if resources refer to each other in a circle. */
function inOrder(resources: Record<string, TemplateResource>): [logicalId: string, resource: TemplateResource][] {
  const ordered = new Map<string, TemplateResource>();
  const open = new Set<string>();
  const visit = (logicalId: string): void => {
    const resource = resources[logicalId];
    if (!resource || ordered.has(logicalId)) return;
    if (open.has(logicalId)) throw new Error(`The template goes in circles at ${logicalId}`);
    open.add(logicalId);
    // What is ignored is never resolved, so neither are its references.
    if (!ignoredTypes.has(resource.Type)) {
      for (const name of [...referencesOf(logicalId, resource), ...resource.DependsOn]) visit(name);
    }
    ordered.set(logicalId, resource);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId);
  return [...ordered];
}

function referencesOf(logicalId: string, { Type, Properties }: TemplateResource): string[] {
  try {
    return referencesIn(Properties);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${logicalId} (${Type}) cannot be brought up here: ${reason}`, { cause: error });
  }
}
