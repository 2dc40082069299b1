/** Labels that name the rule behind an alert, the surest first. */
const nameLabels = ['alertname', 'rulename', 'alert_name', 'alertName', 'rule_name', 'rule'];

export const ruleNameOf = (labels: Record<string, string>): string | undefined =>
  nameLabels.map((name) => labels[name]).find((name) => name !== undefined && name.trim() !== '');

/**
 * What templates of Prometheus and Grafana write where a value is missing: such a text says less than the rule's name.
 */
export const hasNoValue = (text: string): boolean => /\[no value\]|<no value>/i.test(text);
