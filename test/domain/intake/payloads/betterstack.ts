export const betterstackIncident = (changes: object = {}, event?: string): object => ({
  data: {
    id: '25',
    type: 'incident',
    attributes: {
      name: 'shop.example.com',
      url: 'https://shop.example.com/cart',
      http_method: 'get',
      cause: 'Status 500',
      started_at: '2027-03-01T11:59:00.000Z',
      acknowledged_at: null,
      acknowledged_by: null,
      resolved_at: null,
      resolved_by: null,
      status: 'Started',
      team_name: 'Shop',
      regions: ['eu', 'us'],
      response_content: 'Internal error',
      response_url: 'https://uptime.example.com/incidents/25/response',
      screenshot_url: 'https://uptime.example.com/incidents/25/screenshot',
      ...changes,
    },
    relationships: { monitor: { data: { id: '2', type: 'monitor' } } },
  },
  ...(event !== undefined && { event }),
});

export const betterstackError = (event: string, changes: object = {}): object => ({
  data: {
    id: '25',
    type: 'error',
    attributes: {
      event,
      application_id: '7',
      application_name: 'shop',
      error_type: 'TypeError',
      error_message: 'total is undefined',
      error_url: 'https://errors.example.com/team/1/applications/7/errors/25',
      call_site_file: 'src/totals.ts',
      call_site_function: 'sum',
      call_site_line: 41,
      ...changes,
    },
  },
});
