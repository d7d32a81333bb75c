/** Purges Fastly by surrogate key, up to 256 keys a call; soft by request. */
import { surrogateKey } from '../core/http/surrogate-keys.js';
import { callPurgeApi, checkCredential, type PurgeTransport } from '../core/purge-call.js';
import type { CdnPurger, PurgeLimits } from '../core/purge-port.js';

export interface FastlyOptions {
  readonly serviceId: string;
  readonly apiToken: string;
  /**
   * Marks answers as stale instead of removing them: a CDN that serves stale while it revalidates then shows the old answer
   * once more. Only for tags where that is allowed.
   */
  readonly isSoft: boolean;
  /** @default 'https://api.fastly.com' */
  readonly apiUrl?: string;
}

export class FastlyPurger implements CdnPurger {
  readonly name = 'fastly';
  /** 256 keys is the vendor's limit for a call; the rate is ours, far below the account-wide purge limit. */
  readonly limits: PurgeLimits = { maxTagsPerCall: 256, burstCalls: 50, callsPerSecond: 10 };

  constructor(
    private readonly options: FastlyOptions,
    private readonly transport: PurgeTransport,
  ) {
    checkCredential(this.name, 'API token', options.apiToken);
  }

  async purge(tags: readonly string[]): Promise<void> {
    const { serviceId, apiToken, isSoft, apiUrl = 'https://api.fastly.com' } = this.options;
    await callPurgeApi(
      {
        cdn: this.name,
        url: `${apiUrl}/service/${encodeURIComponent(serviceId)}/purge`,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          'fastly-key': apiToken,
          ...(isSoft ? { 'fastly-soft-purge': '1' } : {}),
        },
        body: JSON.stringify({ surrogate_keys: tags.map((tag) => surrogateKey('fastly', tag)) }),
        secrets: [apiToken],
      },
      this.transport,
    );
  }
}
