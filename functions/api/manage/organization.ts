/** The contract has organizations; a deployment is one, and this is its name. */
export const organizationId = 'org_default';
