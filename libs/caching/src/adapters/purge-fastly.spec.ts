import { describe, expect, it } from 'vitest';
import { describeCdnPurger, patient, secret, startVendor } from '../testing/cdn-purger.suite.js';
import { FastlyPurger } from './purge-fastly.js';

const options = { serviceId: 'service/1', apiToken: secret, isSoft: false };

describeCdnPurger(
  FastlyPurger.name,
  (apiUrl, transport) => new FastlyPurger({ ...options, apiUrl }, transport),
);

const createWithBrokenToken = () => new FastlyPurger({ ...options, apiToken: `${secret}\n` }, patient);

describe(FastlyPurger, () => {
  it('purges all keys in one call, odd ones by the name that the answers carry', async () => {
    const vendor = await startVendor({ status: 200, body: '{}' });
    await new FastlyPurger({ ...options, apiUrl: vendor.url }, patient).purge(['Product:7', 'a b']);
    const [call] = vendor.calls;
    expect(call).toMatchObject({
      method: 'POST',
      path: '/service/service%2F1/purge',
      headers: { 'fastly-key': secret, 'content-type': 'application/json' },
    });
    expect(call?.headers).not.toHaveProperty('fastly-soft-purge');
    expect(JSON.parse(call?.body ?? '')).toEqual({
      surrogate_keys: ['Product:7', expect.stringMatching(/^~[0-9a-f]{31}$/)],
    });
  });

  it('purges softly where that is wanted', async () => {
    const vendor = await startVendor();
    await new FastlyPurger({ ...options, isSoft: true, apiUrl: vendor.url }, patient).purge(['Product:7']);
    expect(vendor.calls[0]?.headers).toMatchObject({ 'fastly-soft-purge': '1' });
  });

  it('does not start with a token that no header can carry, and does not show it', () => {
    expect(createWithBrokenToken).toThrow(
      'The API token for fastly is empty or holds blanks or control characters',
    );
    expect(createWithBrokenToken).not.toThrow(secret);
  });
});
