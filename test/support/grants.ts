/** Each action on the resource, as `permissionText` writes it. */
export const on = (resource: string, ...actions: string[]): string[] =>
  actions.map((action) => `${action} ${resource}`);

export const inAccount = (service: string, rest: string) =>
  `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>:${rest}`;

/** A machine is started by its own ARN; an execution of it is followed and stopped by the execution's. */
export const executionsOf = (machine: string) => inAccount('states', `execution:<${machine}.Name>:*`);
export const starts = (machine: string) => on(`<${machine}>`, 'states:StartExecution');
export const stops = (machine: string) => on(executionsOf(machine), 'states:StopExecution');
export const readsExecutions = (machine: string) => on(executionsOf(machine), 'states:DescribeExecution');

const auditBucket = '<AuditBucket.Arn>';
export const audit = {
  objects: ['', 'digests/', 'records/'].map((prefix) => `${auditBucket}/${prefix}*`),
  addsRecords: on(`${auditBucket}/records/*`, 's3:PutObject'),
  /** Lists what is new, reads it, and adds the digest. */
  addsDigests: [
    ...on(auditBucket, 's3:ListBucket'),
    ...on(`${auditBucket}/*`, 's3:GetObject'),
    ...on(`${auditBucket}/digests/*`, 's3:PutObject'),
  ],
};

export const invokes = (...functions: string[]) =>
  functions.flatMap((name) => on(`<${name}Function.Arn>`, 'lambda:InvokeFunction'));
export const runsSessionsAsChildren = [
  ...starts('SessionsMachine'),
  ...on(executionsOf('SessionsMachine'), 'states:DescribeExecution', 'states:StopExecution'),
  // Step Functions hears of their ends by this rule of its own.
  ...on(
    inAccount('events', 'rule/StepFunctionsGetEventsForStepFunctionsExecutionRule'),
    ...['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
  ),
];

const resultsBucket = '<ResultsBucket.Arn>';
export const results = {
  objects: ['*', '*/manifest.json', '*/report.html', 'job_*'].map((objects) => `${resultsBucket}/${objects}`),
  // A manifest is read again where checks are run on a result that is stored.
  writesResults: [
    ...on(`${resultsBucket}/*`, 's3:PutObject'),
    ...on(`${resultsBucket}/*/manifest.json`, 's3:GetObject'),
  ],
  readsResults: on(`${resultsBucket}/*`, 's3:GetObject'),
  writesReports: [
    ...on(resultsBucket, 's3:ListBucket', 's3:ListBucketVersions'),
    ...on(`${resultsBucket}/*`, 's3:GetObject'),
    ...on(`${resultsBucket}/*/report.html`, 's3:PutObject', 's3:DeleteObjectVersion'),
  ],
  erasesResults: [
    ...on(`${resultsBucket}/job_*`, 's3:DeleteObjectVersion'),
    ...on(resultsBucket, 's3:ListBucketVersions'),
  ],
};

export const writes = (secret: string) =>
  on(
    secret,
    ...['CreateSecret', 'PutSecretValue', 'DeleteSecret', 'RestoreSecret'].map((each) => `secretsmanager:${each}`),
  );
