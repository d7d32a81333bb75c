/** Purges Cloudflare by cache tag, up to 100 tags a call and as often as the zone's plan allows. */
import { surrogateKey } from '../core/http/surrogate-keys.js';
import { callPurgeApi, checkCredential, type PurgeTransport } from '../core/purge-call.js';
import { PurgeRefused } from '../core/purge-errors.js';
import type { CdnPurger, PurgeLimits } from '../core/purge-port.js';

export type CloudflarePlan = 'free' | 'pro' | 'business' | 'enterprise';

/** Token buckets by account, from the vendor's purge documentation (availability and limits). */
const rates: Readonly<Record<CloudflarePlan, Pick<PurgeLimits, 'burstCalls' | 'callsPerSecond'>>> = {
  free: { burstCalls: 25, callsPerSecond: 5 / 60 },
  pro: { burstCalls: 25, callsPerSecond: 5 },
  business: { burstCalls: 50, callsPerSecond: 10 },
  enterprise: { burstCalls: 500, callsPerSecond: 50 },
};

export interface CloudflareOptions {
  readonly zoneId: string;
  readonly apiToken: string;
  readonly plan: CloudflarePlan;
  /** @default 'https://api.cloudflare.com/client/v4' */
  readonly apiUrl?: string;
}

function hasSucceeded(answer: string): boolean {
  try {
    return (JSON.parse(answer) as { success?: unknown }).success === true;
  } catch {
    return false;
  }
}

export class CloudflarePurger implements CdnPurger {
  readonly name = 'cloudflare';
  readonly limits: PurgeLimits;

  constructor(
    private readonly options: CloudflareOptions,
    private readonly transport: PurgeTransport,
  ) {
    checkCredential(this.name, 'API token', options.apiToken);
    this.limits = { maxTagsPerCall: 100, ...rates[options.plan] };
  }

  async purge(tags: readonly string[]): Promise<void> {
    const { zoneId, apiToken, apiUrl = 'https://api.cloudflare.com/client/v4' } = this.options;
    const answer = await callPurgeApi(
      {
        cdn: this.name,
        url: `${apiUrl}/zones/${encodeURIComponent(zoneId)}/purge_cache`,
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${apiToken}` },
        body: JSON.stringify({ tags: tags.map((tag) => surrogateKey('cloudflare', tag)) }),
        secrets: [apiToken],
      },
      this.transport,
    );
    // A status of 200 alone is no promise: the envelope says whether anything was done.
    if (!hasSucceeded(answer)) throw new PurgeRefused(this.name, 200, undefined, 'success is not true');
  }
}
