import { describe, expect, it } from 'vitest';
import { describeCdnPurger, patient, startVendor } from '../testing/cdn-purger.suite.js';
import { VarnishPurger } from './purge-varnish.js';

describeCdnPurger(
  VarnishPurger.name,
  (url, transport) => new VarnishPurger({ urls: [url], isSoft: false }, transport),
  { hasCredential: false },
);

describe(VarnishPurger, () => {
  it('purges every Varnish, also where one of them is down', async () => {
    const [up, down] = [await startVendor(), await startVendor({ status: 503 })];
    const purger = new VarnishPurger({ urls: [down.url, up.url], isSoft: false }, patient);
    await expect(purger.purge(['Product:7', 'Product'])).rejects.toMatchObject({ status: 503 });
    expect(up.calls).toMatchObject([{ method: 'PURGE', headers: { 'xkey-purge': 'Product:7 Product' } }]);
  });

  it('purges softly where that is wanted', async () => {
    const vendor = await startVendor();
    await new VarnishPurger({ urls: [vendor.url], isSoft: true }, patient).purge(['Product:7']);
    expect(vendor.calls).toMatchObject([{ headers: { 'xkey-softpurge': 'Product:7' } }]);
  });

  it('sends no line that Varnish would refuse, and leaves no tag out', async () => {
    const vendor = await startVendor();
    const tags = Array.from({ length: 1_000 }, (_, index) => `Product.categoryId=${index}&isVisible=true`);
    await new VarnishPurger({ urls: [vendor.url], isSoft: false }, patient).purge(tags);
    const lines = vendor.calls.map(({ headers }) => String(headers['xkey-purge']));
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(8_000);
    expect(lines.join(' ').split(' ')).toEqual(tags);
  });
});
