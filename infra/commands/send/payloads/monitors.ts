import { hexId, type Incident, numberId, uuid } from '../incident.ts';
import type { Payload, Provider } from '../payload.ts';

/** Datadog and New Relic send what their users write: these are the templates of the README, filled in. */
const datadogSays =
  (transition: string, type: string) =>
  (incident: Incident): Payload => ({
    body: {
      template: 'datadog/1',
      id: numberId(incident, `event ${transition}`),
      aggregation_key: hexId(incident, 'aggregation', 32),
      cycle_key: numberId(incident, 'cycle'),
      monitor_id: '1234',
      monitor_title: incident.title,
      title: `[P1] [${transition} on {host:${incident.host}}] ${incident.title}`,
      message: `${incident.message}\n\n@webhook-opencode-relay`,
      transition,
      status: 'checkout.totals.wrong over the last 5m was > 0',
      type,
      priority: 'P1',
      scope: `host:${incident.host}`,
      tags: `env:${incident.environment},service:${incident.service},monitor`,
      query: 'sum(last_5m):sum:checkout.totals.wrong{*} by {host} > 0',
      metric: 'checkout.totals.wrong',
      hostname: incident.host,
      date: String(incident.now.getTime()),
      link: 'https://app.datadoghq.com/monitors/1234',
      snapshot: 'null',
      org_id: '11023',
      org_name: 'acme',
    },
  });

export const datadog: Provider = {
  firing: datadogSays('Triggered', 'error'),
  update: datadogSays('Renotify', 'error'),
  resolved: datadogSays('Recovered', 'success'),
  unknown: datadogSays('No Data', 'warning'),
};

const newrelicSays =
  (state: string, triggerEvent: string) =>
  (incident: Incident): Payload => ({
    body: {
      template: 'newrelic/1',
      issueId: uuid(incident, 'issue'),
      title: incident.title,
      issueUrl: 'https://radar-api.service.newrelic.com/accounts/1/issues/0',
      priority: 'CRITICAL',
      state,
      triggerEvent,
      mutingState: 'NOT_MUTED',
      totalIncidents: 1,
      createdAt: incident.startedAt.getTime(),
      updatedAt: incident.now.getTime(),
      workflow: 'opencode-relay',
      accountId: 123456,
      entities: [incident.service],
      policies: ['Shop'],
      conditions: [incident.message],
    },
  });

export const newrelic: Provider = {
  firing: newrelicSays('ACTIVATED', 'STATE_CHANGE'),
  update: newrelicSays('ACTIVATED', 'INCIDENT_ADDED'),
  resolved: newrelicSays('CLOSED', 'INCIDENT_CLOSED'),
};

/** Axiom writes its times as Go does. */
const goTime = (time: Date): string => `${time.toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;

const axiomSays =
  (action: string) =>
  (incident: Incident): Payload => ({
    body: {
      action,
      event: {
        monitorID: hexId(incident, 'monitor', 18),
        title: incident.title,
        body: incident.message,
        description: incident.message,
        queryStartTime: goTime(incident.startedAt),
        queryEndTime: goTime(incident.now),
        timestamp: goTime(incident.now),
        value: action === 'Open' ? 131 : 0,
        matchedEvent: null,
        groupKeys: ['service'],
        groupValues: [incident.service],
      },
    },
  });

export const axiom: Provider = { firing: axiomSays('Open'), resolved: axiomSays('Closed') };

const betterstackSays =
  (event: 'started' | 'acknowledged' | 'resolved') =>
  (incident: Incident): Payload => {
    const now = incident.now.toISOString();
    return {
      body: {
        event,
        data: {
          id: numberId(incident, 'incident'),
          type: 'incident',
          attributes: {
            name: incident.service,
            url: 'https://shop.example.com/cart',
            http_method: 'get',
            cause: incident.title,
            started_at: incident.startedAt.toISOString(),
            acknowledged_at: event === 'acknowledged' ? now : null,
            resolved_at: event === 'resolved' ? now : null,
            status: event,
            team_name: 'Shop',
            regions: ['eu'],
            response_content: incident.message,
          },
          relationships: { monitor: { data: { id: '2', type: 'monitor' } } },
        },
      },
    };
  };

export const betterstack: Provider = {
  firing: betterstackSays('started'),
  acknowledged: betterstackSays('acknowledged'),
  resolved: betterstackSays('resolved'),
};

/** The event of EventBridge. By HTTP it comes through an API destination or a forwarder. */
const cloudwatchSays =
  (value: string, before: string) =>
  (incident: Incident): Payload => {
    const alarmName = `checkout-totals-${incident.key}`;
    const [began, now] = [incident.startedAt, incident.now].map((time) => time.toISOString().replace('Z', '+0000'));
    const dimensions = { service: incident.service };
    return {
      body: {
        version: '0',
        id: uuid(incident, `event ${value}`),
        'detail-type': 'CloudWatch Alarm State Change',
        source: 'aws.cloudwatch',
        account: '111122223333',
        time: incident.now.toISOString(),
        region: 'eu-central-1',
        resources: [`arn:aws:cloudwatch:eu-central-1:111122223333:alarm:${alarmName}`],
        detail: {
          alarmName,
          state: {
            value,
            reason: incident.title,
            reasonData: '{"version":"1.0"}',
            timestamp: value === 'ALARM' ? began : now,
          },
          previousState: { value: before, reason: 'Unchecked', timestamp: began },
          configuration: {
            description: incident.message,
            metrics: [
              {
                id: 'm1',
                metricStat: { metric: { namespace: 'Shop', name: 'WrongTotals', dimensions }, period: 60, stat: 'Sum' },
                returnData: true,
              },
            ],
          },
        },
      },
    };
  };

export const cloudwatch: Provider = {
  firing: cloudwatchSays('ALARM', 'OK'),
  resolved: cloudwatchSays('OK', 'ALARM'),
  unknown: cloudwatchSays('INSUFFICIENT_DATA', 'ALARM'),
};
