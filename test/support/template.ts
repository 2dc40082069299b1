import { z } from 'zod';

const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  DependsOn: z.array(z.string()).optional(),
});
export const templateSchema = z.object({
  Resources: z.record(z.string(), resourceSchema),
  Metadata: z.record(z.string(), z.unknown()),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })),
});
export type Resource = z.infer<typeof resourceSchema>;
export type Template = z.infer<typeof templateSchema>;
