import { describe, expect, test } from 'vitest';
import { readCloudAssembly } from '../../../../infra/local/template/cloud-assembly.ts';
import { writeAssembly } from '../local-stack/assembly-fixture.ts';

const reading = async (template: object) => readCloudAssembly(await writeAssembly(template));

describe('a cloud assembly', () => {
  test('is read with its name, its template and the folders of its assets', async () => {
    const assembly = await reading({
      Resources: { Bucket: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain', DependsOn: 'Other' } },
      Parameters: { BootstrapVersion: { Type: 'String' } },
      Rules: { CheckBootstrapVersion: {} },
    });
    expect(assembly.stackName).toBe('Fixture');
    expect(assembly.template.Resources.Bucket).toMatchObject({ Type: 'AWS::S3::Bucket', DependsOn: ['Other'] });
    expect(assembly.assetFolder('echo.zip')).toMatch(/asset\.echo$/);
    expect(() => assembly.assetFolder('other.zip')).toThrow('other.zip');
  });

  test.each<[name: string, template: object, message: RegExp]>([
    ['another parameter', { Parameters: { Size: { Type: 'Number' } } }, /Size/],
    ['another rule', { Rules: { Mine: {} } }, /Mine/],
    ['a condition', { Conditions: { IsProduction: {} } }, /IsProduction/],
    ['a section', { Mappings: {} }, /Mappings/],
    ['a field of a resource', { Resources: { A: { Type: 'T', CreationPolicy: {} } } }, /CreationPolicy/],
    ['a resource with a condition', { Resources: { A: { Type: 'T', Condition: 'IsProduction' } } }, /Condition/],
  ])('is refused with %s', async (_, template, message) => {
    await expect(reading({ Resources: {}, ...template })).rejects.toThrow(message);
  });
});
