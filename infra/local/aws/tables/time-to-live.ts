import { z } from 'zod';

export const timeToLiveSchemas = {
  UpdateTimeToLive: z.strictObject({
    TableName: z.string(),
    TimeToLiveSpecification: z.strictObject({ Enabled: z.boolean(), AttributeName: z.string().min(1) }),
  }),
  DescribeTimeToLive: z.strictObject({ TableName: z.string() }),
} as const;

export const describeTimeToLive = (AttributeName: string | undefined) => ({
  TimeToLiveDescription: {
    TimeToLiveStatus: AttributeName === undefined ? 'DISABLED' : 'ENABLED',
    ...(AttributeName !== undefined && { AttributeName }),
  },
});
