/** Turns the environment into the options of each part. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import {
  publishingApplicationPrefix,
  type CacheManagerOptionsInput,
  type CachingOptionsInput,
} from '@app/caching';
import type { MonitoringOptionsInput } from '@app/monitoring';
import type { DatabaseOptions } from '../database/data-source.js';
import type { Environment } from './env.js';
import { releaseOf } from './release.js';

export function databaseOptions(env: Environment): DatabaseOptions {
  return {
    url: env.DATABASE_URL,
    // The prefix says that this process tells the cache itself of what it commits.
    applicationName: `${publishingApplicationPrefix}${randomUUID()}`,
    poolSize: env.DATABASE_POOL_SIZE,
    // The request's own deadline cancels first; this is for statements that run outside a request.
    statementTimeoutMs: env.REQUEST_TIMEOUT_MS * 3,
  };
}

export function platformOptions(env: Environment) {
  return { logLevel: env.LOG_LEVEL, ...(env.REDIS_URL === undefined ? {} : { redisUrl: env.REDIS_URL }) };
}

/** Without a port the one that StatsD servers have by custom. An address of IPv6 stands in brackets in a URL only. */
function udpAddress(url: string): { host: string; port: number } {
  const { hostname: host, port } = new URL(url);
  return { host: host.replaceAll(/[[\]]/g, ''), port: port === '' ? 8125 : Number(port) };
}

export function monitoringOptions(env: Environment): MonitoringOptionsInput {
  return {
    node: `${hostname()}:${process.pid}`,
    metrics: {
      release: releaseOf(),
      ...(env.METRICS_TOKEN !== undefined && { token: env.METRICS_TOKEN }),
      ...(env.STATSD_URL !== undefined && { statsd: udpAddress(env.STATSD_URL) }),
      ...(env.OTLP_TRACES_URL !== undefined && {
        traces: { url: env.OTLP_TRACES_URL, sampleRatio: env.TRACE_SAMPLE_RATIO },
      }),
    },
  };
}

/** A cache may evict and a job queue must not: where there are two, each has its own. */
function cacheRedisUrl(env: Environment): string | undefined {
  return env.CACHE_REDIS_URL ?? env.REDIS_URL;
}

export function cacheManagerOptions(env: Environment): CacheManagerOptionsInput {
  return { redisUrl: cacheRedisUrl(env) };
}

export function cachingOptions(env: Environment): CachingOptionsInput {
  const redisUrl = cacheRedisUrl(env);
  const cdn = cdnOptions(env);
  return {
    release: releaseOf(),
    memoryBytes: env.CACHE_MEMORY_BYTES,
    isWarming: env.CACHE_WARM,
    shadowRatio: env.CACHE_SHADOW_RATIO,
    ...(redisUrl !== undefined && { redisUrl }),
    ...(env.REDIS_URL !== undefined && { jobsRedisUrl: env.REDIS_URL }),
    ...(cdn !== undefined && { cdn }),
  };
}

/** Whatever is missing is refused by the environment already. */
function cdnOptions(env: Environment): CachingOptionsInput['cdn'] {
  const at = cdnVendor(env);
  if (at === undefined) return undefined;
  return {
    at,
    ledgerRedisUrl: env.REDIS_URL ?? '',
    // From the first byte of the request to the last of the answer, and once more on the way.
    longestFetchMs: Math.max(30_000, env.REQUEST_TIMEOUT_MS * 2),
  };
}

type CdnVendor = NonNullable<CachingOptionsInput['cdn']>['at'];

function cdnVendor(env: Environment): CdnVendor | undefined {
  switch (env.CDN_PURGE) {
    case undefined:
      return undefined;
    case 'varnish':
      return { vendor: 'varnish', urls: env.CDN_VARNISH_URLS };
    case 'fastly':
      return {
        vendor: 'fastly',
        serviceId: env.CDN_FASTLY_SERVICE_ID ?? '',
        apiToken: env.CDN_FASTLY_API_TOKEN ?? '',
      };
    case 'cloudflare':
      return {
        vendor: 'cloudflare',
        zoneId: env.CDN_CLOUDFLARE_ZONE_ID ?? '',
        apiToken: env.CDN_CLOUDFLARE_API_TOKEN ?? '',
        plan: env.CDN_CLOUDFLARE_PLAN,
      };
    case 'cloudfront':
      return {
        vendor: 'cloudfront',
        distributionId: env.CDN_CLOUDFRONT_DISTRIBUTION_ID ?? '',
        accessKeyId: env.CDN_AWS_ACCESS_KEY_ID ?? '',
        secretAccessKey: env.CDN_AWS_SECRET_ACCESS_KEY ?? '',
        sessionToken: env.CDN_AWS_SESSION_TOKEN,
      };
  }
}
