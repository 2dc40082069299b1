import { mockClient as mock } from 'aws-sdk-client-mock';

const mocked: { restore(): unknown }[] = [];

/** As in aws-sdk-client-mock. What is mocked ends with the test file: a class is shared by all files of a process. */
export const mockClient: typeof mock = (client) => {
  const stub = mock(client);
  mocked.push(stub);
  return stub;
};

export function restoreClients(): void {
  for (const stub of mocked.splice(0)) stub.restore();
}
