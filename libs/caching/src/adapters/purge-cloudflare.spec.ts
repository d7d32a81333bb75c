import { describe, expect, it } from 'vitest';
import { describeCdnPurger, patient, secret, startVendor } from '../testing/cdn-purger.suite.js';
import { CloudflarePurger, type CloudflarePlan } from './purge-cloudflare.js';

const options = { zoneId: 'zone1', apiToken: secret, plan: 'free' } as const;

describeCdnPurger(
  CloudflarePurger.name,
  (apiUrl, transport) => new CloudflarePurger({ ...options, apiUrl }, transport),
);

const limitsOf = (plan: CloudflarePlan) => new CloudflarePurger({ ...options, plan }, patient).limits;

describe(CloudflarePurger, () => {
  it('purges tags with a bearer token', async () => {
    const vendor = await startVendor();
    await new CloudflarePurger({ ...options, apiUrl: vendor.url }, patient).purge(['Product:7', 'Product']);
    expect(vendor.calls[0]).toMatchObject({
      method: 'POST',
      path: '/zones/zone1/purge_cache',
      headers: { authorization: `Bearer ${secret}` },
      body: '{"tags":["Product:7","Product"]}',
    });
  });

  it.each(['{"success":false,"errors":[{"code":1061}]}', 'gateway page', ''])(
    'does not take status 200 for a purge: %s',
    async (body) => {
      const vendor = await startVendor({ status: 200, body });
      const purger = new CloudflarePurger({ ...options, apiUrl: vendor.url }, patient);
      await expect(purger.purge(['Product:7'])).rejects.toMatchObject({ code: 'PURGE_REFUSED' });
    },
  );

  it('knows what each plan allows', () => {
    expect(limitsOf('free')).toEqual({ maxTagsPerCall: 100, burstCalls: 25, callsPerSecond: 5 / 60 });
    expect(limitsOf('enterprise')).toEqual({ maxTagsPerCall: 100, burstCalls: 500, callsPerSecond: 50 });
  });
});
