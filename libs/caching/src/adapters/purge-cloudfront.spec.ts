import { describe, expect, it } from 'vitest';
import { describeCdnPurger, patient, secret, startVendor } from '../testing/cdn-purger.suite.js';
import { CloudFrontPurger } from './purge-cloudfront.js';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: secret, sessionToken: secret };
const clock = { nowMs: () => Date.UTC(2026, 0, 2, 3, 4, 5) };

function purgerAt(apiUrl: string, transport = patient): CloudFrontPurger {
  let reference = 0;
  return new CloudFrontPurger(
    { distributionId: 'E1', credentials, apiUrl },
    transport,
    clock,
    () => `reference-${(reference += 1)}`,
  );
}

describeCdnPurger(CloudFrontPurger.name, purgerAt);

describe(CloudFrontPurger, () => {
  it('orders an invalidation of tags, signed, and a new one each time', async () => {
    const vendor = await startVendor({ status: 201, body: '<Invalidation/>' });
    const purger = purgerAt(vendor.url);
    await purger.purge(['Product:7', 'Post.authorId=5&status=draft', 'Product:7']);
    await purger.purge(['Product:7']);
    const [first, second] = vendor.calls;
    expect(first).toMatchObject({ method: 'POST', path: '/2020-05-31/distribution/E1/invalidation' });
    expect(first?.headers['authorization']).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20260102\/us-east-1\/cloudfront\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
    );
    expect(first?.body).toContain(
      '<Paths><Quantity>2</Quantity><Items><Path>#Product:7</Path>' +
        '<Path>#Post.authorId=5&amp;status=draft</Path></Items></Paths>',
    );
    expect(first?.body).toContain('<CallerReference>reference-1</CallerReference>');
    expect(second?.body).toContain('<CallerReference>reference-2</CallerReference>');
  });

  it('waits while too many invalidations are under way', async () => {
    const body = '<ErrorResponse><Error><Code>TooManyInvalidationsInProgress</Code></Error></ErrorResponse>';
    const vendor = await startVendor({ status: 400, body });
    await expect(purgerAt(vendor.url).purge(['Product:7'])).rejects.toMatchObject({
      code: 'PURGE_THROTTLED',
    });
  });
});
