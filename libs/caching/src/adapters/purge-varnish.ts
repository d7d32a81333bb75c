/** Purges every Varnish of a fleet by xkey; the VCL is docker/varnish/default.vcl and lets only the API's hosts do this. */
import { surrogateKey } from '../core/http/surrogate-keys.js';
import { callPurgeApi, type PurgeTransport } from '../core/purge-call.js';
import type { CdnPurger, PurgeLimits } from '../core/purge-port.js';

export interface VarnishOptions {
  /** One for each Varnish: they share nothing, and one that is left out stays stale. */
  readonly urls: readonly string[];
  /** Keeps answers for grace: the next visitor still gets the old one while Varnish fetches the new. */
  readonly isSoft: boolean;
}

/** Varnish refuses a request whose header line is longer than http_req_hdr_len, 8 KiB with its name. */
const maxHeaderBytes = 8_000;

function inLines(keys: readonly string[]): string[] {
  const lines: string[] = [];
  let line = '';
  for (const key of keys) {
    if (line !== '' && line.length + 1 + key.length > maxHeaderBytes) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? key : `${line} ${key}`;
  }
  return line === '' ? lines : [...lines, line];
}

export class VarnishPurger implements CdnPurger {
  readonly name = 'varnish';
  /** Our own machines: the bound is there to keep one call short. */
  readonly limits: PurgeLimits = { maxTagsPerCall: 1_000, burstCalls: 100, callsPerSecond: 100 };

  constructor(
    private readonly options: VarnishOptions,
    private readonly transport: PurgeTransport,
  ) {}

  async purge(tags: readonly string[]): Promise<void> {
    const lines = inLines(tags.map((tag) => surrogateKey('varnish', tag)));
    // All are asked even if one fails: the others should not stay stale until it is back.
    const outcomes = await Promise.allSettled(this.options.urls.map((url) => this.#purgeOne(url, lines)));
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  }

  async #purgeOne(url: string, lines: readonly string[]): Promise<void> {
    const header = this.options.isSoft ? 'xkey-softpurge' : 'xkey-purge';
    for (const line of lines) {
      await callPurgeApi(
        { cdn: this.name, url, method: 'PURGE', headers: { [header]: line }, secrets: [] },
        this.transport,
      );
    }
  }
}
