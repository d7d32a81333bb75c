/** Purges CloudFront by cache tag: an invalidation whose paths are tags, each written with a leading `#`. */
import type { Clock } from '@app/platform/contract';
import { signAwsRequest, type AwsCredentials } from '../core/aws-signature.js';
import { surrogateKey } from '../core/http/surrogate-keys.js';
import { callPurgeApi, checkCredential, type PurgeTransport } from '../core/purge-call.js';
import { PurgeRefused, PurgeThrottled } from '../core/purge-errors.js';
import type { CdnPurger, PurgeLimits } from '../core/purge-port.js';

export interface CloudFrontOptions {
  /** Its CacheTagConfig must name the header `X-Cache-Tag`: without one CloudFront ignores tags and invalidates nothing. */
  readonly distributionId: string;
  readonly credentials: AwsCredentials;
  /** @default 'https://cloudfront.amazonaws.com' */
  readonly apiUrl?: string;
}

/** What CloudFront says with status 400 while earlier invalidations, up to 3,000 objects, are still under way. */
const busyCodes = /<Code>(?:TooManyInvalidationsInProgress|Throttling|ThrottlingException)<\/Code>/;

const markup: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escapeXml = (text: string): string => text.replace(/[&<>]/g, (character) => markup[character] ?? '');

export class CloudFrontPurger implements CdnPurger {
  readonly name = 'cloudfront';
  /** A small part of the 3,000 objects that may be under way, since an invalidation takes its time. */
  readonly limits: PurgeLimits = { maxTagsPerCall: 250, burstCalls: 10, callsPerSecond: 1 };

  /** @param newReference must differ each time: CloudFront answers a known reference with the old invalidation, and does nothing. */
  constructor(
    private readonly options: CloudFrontOptions,
    private readonly transport: PurgeTransport,
    private readonly clock: Clock,
    private readonly newReference: () => string,
  ) {
    checkCredential(this.name, 'access key id', options.credentials.accessKeyId);
    checkCredential(this.name, 'secret access key', options.credentials.secretAccessKey);
  }

  async purge(tags: readonly string[]): Promise<void> {
    const { distributionId, credentials, apiUrl = 'https://cloudfront.amazonaws.com' } = this.options;
    const url = `${apiUrl}/2020-05-31/distribution/${encodeURIComponent(distributionId)}/invalidation`;
    const body = this.#invalidationOf(new Set(tags.map((tag) => surrogateKey('cloudfront', tag))));
    const request = {
      method: 'POST',
      url: new URL(url),
      headers: { 'content-type': 'text/xml' },
      body,
      region: 'us-east-1', // CloudFront is one service for the whole world and signs there
      service: 'cloudfront',
    };
    const headers = signAwsRequest(request, credentials, this.clock.nowMs());
    const secrets = [credentials.secretAccessKey, credentials.sessionToken ?? '', credentials.accessKeyId];
    try {
      await callPurgeApi(
        {
          cdn: this.name,
          url,
          method: 'POST',
          headers,
          body,
          secrets: secrets.filter((each) => each !== ''),
        },
        this.transport,
      );
    } catch (error) {
      if (error instanceof PurgeRefused && busyCodes.test(error.message)) {
        throw new PurgeThrottled(this.name, error.retryAfterMs);
      }
      throw error;
    }
  }

  #invalidationOf(keys: ReadonlySet<string>): string {
    const items = Array.from(keys, (key) => `<Path>#${escapeXml(key)}</Path>`).join('');
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">',
      `<Paths><Quantity>${keys.size}</Quantity><Items>${items}</Items></Paths>`,
      `<CallerReference>${escapeXml(this.newReference())}</CallerReference>`,
      '</InvalidationBatch>',
    ].join('');
  }
}
