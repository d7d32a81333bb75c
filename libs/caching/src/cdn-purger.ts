/** Chooses the adapter for the CDN that the options name. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '@app/platform/contract';
import { CloudflarePurger } from './adapters/purge-cloudflare.js';
import { CloudFrontPurger } from './adapters/purge-cloudfront.js';
import { FastlyPurger } from './adapters/purge-fastly.js';
import { VarnishPurger } from './adapters/purge-varnish.js';
import type { CdnVendor } from './cdn.options.js';
import type { PurgeTransport } from './core/purge-call.js';
import type { CdnPurger } from './core/purge-port.js';

/** Shorter than the lease of a claim, which must outlive the call that it is for. */
const transport: PurgeTransport = { fetch, timeoutMs: 10_000 };

/** Hard purges everywhere: a soft one shows the old answer once more. */
export function purgerFor(at: CdnVendor, clock: Clock): CdnPurger {
  switch (at.vendor) {
    case 'varnish':
      return new VarnishPurger({ urls: at.urls, isSoft: false }, transport);
    case 'fastly':
      return new FastlyPurger({ serviceId: at.serviceId, apiToken: at.apiToken, isSoft: false }, transport);
    case 'cloudflare':
      return new CloudflarePurger(at, transport);
    case 'cloudfront': {
      const { distributionId, accessKeyId, secretAccessKey, sessionToken } = at;
      const credentials = {
        accessKeyId,
        secretAccessKey,
        ...(sessionToken !== undefined && { sessionToken }),
      };
      return new CloudFrontPurger({ distributionId, credentials }, transport, clock, randomUUID);
    }
  }
}
