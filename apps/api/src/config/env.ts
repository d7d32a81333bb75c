/** Reads the environment once, the only reader of it; a bad value stops the start and names itself. */
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { z } from 'zod';

const integer = (minimum: number, maximum: number) => {
  const error = `must be a whole number from ${minimum} to ${maximum}`;
  return z.coerce.number({ error }).int(error).min(minimum, error).max(maximum, error);
};

const noRatio = 'must be a number from 0 to 1';
const ratio = z.coerce.number(noRatio).min(0, noRatio).max(1, noRatio);

const secret = z.string().min(32, 'must have at least 32 characters');

/** `a,b` → `['a', 'b']`; empty → none. */
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

function isAddressOrNetwork(text: string): boolean {
  const [address = '', prefix] = text.split('/');
  const version = isIP(address);
  return (
    version !== 0 &&
    (prefix === undefined || (/^\d+$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128)))
  );
}

function isHttpUrl(text: string): boolean {
  return /^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : '');
}

const cdnVendors = ['varnish', 'fastly', 'cloudflare', 'cloudfront'] as const;

const accountsSchema = z.array(
  z.object({
    email: z.email(),
    password: z.string().min(8),
    role: z.enum(['customer', 'staff', 'admin']),
    name: z.string().optional(),
  }),
);

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function areRedisUrls(text: string): boolean {
  return text.split(',').every((url) => z.url({ protocol: /^rediss?$/ }).safeParse(url.trim()).success);
}

/** What each CDN cannot be purged without. */
const neededFor = {
  varnish: ['CDN_VARNISH_URLS'],
  fastly: ['CDN_FASTLY_SERVICE_ID', 'CDN_FASTLY_API_TOKEN'],
  cloudflare: ['CDN_CLOUDFLARE_ZONE_ID', 'CDN_CLOUDFLARE_API_TOKEN'],
  cloudfront: ['CDN_CLOUDFRONT_DISTRIBUTION_ID', 'CDN_AWS_ACCESS_KEY_ID', 'CDN_AWS_SECRET_ACCESS_KEY'],
} as const satisfies Record<(typeof cdnVendors)[number], readonly string[]>;

const environmentSchema = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  PORT: integer(0, 65_535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),

  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }),
  DATABASE_POOL_SIZE: integer(1, 500).default(20),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' }).optional(),

  CACHE_REDIS_URL: z
    .string()
    .refine(areRedisUrls, 'must be redis:// or rediss:// URLs, separated by commas')
    .optional(),
  CACHE_MEMORY_BYTES: integer(65_536, 1_000_000_000_000).default(67_108_864),
  CACHE_WARM: z.stringbool({ error: 'must be true or false' }).default(true),
  CACHE_SHADOW_RATIO: ratio.default(0.001),
  CACHE_ENABLED: z.stringbool({ error: 'must be true or false' }).default(true),

  CDN_PURGE: z.enum(cdnVendors, { error: `must be one of ${cdnVendors.join(', ')}` }).optional(),
  CDN_VARNISH_URLS: list.refine((urls) => urls.every(isHttpUrl), 'must be http:// URLs').default([]),
  CDN_FASTLY_SERVICE_ID: z.string().optional(),
  CDN_FASTLY_API_TOKEN: z.string().optional(),
  CDN_CLOUDFLARE_ZONE_ID: z.string().optional(),
  CDN_CLOUDFLARE_API_TOKEN: z.string().optional(),
  CDN_CLOUDFLARE_PLAN: z.enum(['free', 'pro', 'business', 'enterprise']).default('free'),
  CDN_CLOUDFRONT_DISTRIBUTION_ID: z.string().optional(),
  CDN_AWS_ACCESS_KEY_ID: z.string().optional(),
  CDN_AWS_SECRET_ACCESS_KEY: z.string().optional(),
  CDN_AWS_SESSION_TOKEN: z.string().optional(),

  METRICS_TOKEN: secret.optional(),
  STATSD_URL: z.url({ protocol: /^udp$/, error: 'must be a udp:// URL' }).optional(),
  OTLP_TRACES_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional(),
  TRACE_SAMPLE_RATIO: ratio.default(0.01),

  SEED_SHIFT_TO_TODAY: z.stringbool({ error: 'must be true or false' }).default(false),
  DEV_ACCOUNTS: z
    .string()
    .transform((json, context) => {
      const accounts = accountsSchema.safeParse(parsedJson(json));
      if (accounts.success) return accounts.data;
      context.addIssue('must be a JSON array of {"email", "password", "role", "name"?}');
      return z.NEVER;
    })
    .default([]),

  JWT_SECRET: secret.optional(),
  ADMIN_TOKEN: secret.optional(),
  ACCESS_TOKEN_TTL_MS: integer(1_000, 86_400_000).default(900_000),
  REFRESH_TOKEN_TTL_MS: integer(60_000, 31_536_000_000).default(2_592_000_000),

  CORS_ORIGINS: list
    .refine((origins) => origins.every(isOrigin), 'must be origins, as in https://shop.example.com')
    .default([]),
  TRUST_PROXY: list
    .refine(
      (proxies) => proxies.every(isAddressOrNetwork),
      'must be IP addresses or networks, as in 10.0.0.0/8',
    )
    .default([]),
  RATE_LIMIT_PER_MINUTE: integer(0, 10_000_000).default(6_000),
  SIGN_IN_FAILURES_PER_MINUTE: integer(1, 10_000).default(10),
  REQUEST_TIMEOUT_MS: integer(100, 600_000).default(10_000),
  DRAIN_TIMEOUT_MS: integer(0, 600_000).default(10_000),
  BODY_LIMIT_BYTES: integer(1_024, 100_000_000).default(200_000),

  GRAPHQL_MAX_DEPTH: integer(1, 1_000).default(15),
  GRAPHQL_MAX_COST: integer(1, 10_000_000).default(10_000),
  GRAPHQL_MAX_ALIASES: integer(0, 10_000).default(30),
  GRAPHQL_MAX_TOKENS: integer(10, 1_000_000).default(4_000),
  GRAPHQL_MAX_BATCH: integer(1, 1_000).default(10),
});

type ParsedEnvironment = z.output<typeof environmentSchema>;

export interface Environment extends ParsedEnvironment {
  readonly JWT_SECRET: string;
  /** True outside production: GraphiQL, introspection and generated secrets are allowed. */
  readonly isDevelopment: boolean;
}

export class InvalidEnvironment extends Error {
  readonly code = 'INVALID_ENVIRONMENT';

  constructor(problems: readonly string[]) {
    super(
      `The configuration is not valid: ${problems.join('; ')}. Every variable is explained in .env.example.`,
    );
    this.name = 'InvalidEnvironment';
  }
}

/** A variable set to nothing, as `.env` files like to have it, is a variable that is not set. */
function withoutEmpty(source: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
}

function missingForCdn(env: ParsedEnvironment): string[] {
  const { CDN_PURGE: vendor } = env;
  if (vendor === undefined) return [];
  const needed = [...neededFor[vendor], 'REDIS_URL'] as const;
  return needed
    .filter((name) => [env[name]].flat().length === 0 || env[name] === undefined)
    .map((name) => `${name} is missing: CDN_PURGE=${vendor} needs it`);
}

/** @throws InvalidEnvironment naming every variable that is wrong, never its value: it may be a secret. */
export function readEnvironment(source: NodeJS.ProcessEnv): Environment {
  const parsed = environmentSchema.safeParse(withoutEmpty(source));
  if (!parsed.success) {
    throw new InvalidEnvironment(
      parsed.error.issues.map(({ path, message }) =>
        source[String(path[0])] === undefined
          ? `${path.join('.')} is missing`
          : `${path.join('.')} ${message}`,
      ),
    );
  }
  const missing = missingForCdn(parsed.data);
  if (missing.length > 0) throw new InvalidEnvironment(missing);
  const isDevelopment = parsed.data.NODE_ENV !== 'production';
  const secretOrGenerated =
    parsed.data.JWT_SECRET ?? (isDevelopment ? randomBytes(32).toString('base64url') : undefined);
  if (secretOrGenerated === undefined) {
    throw new InvalidEnvironment(['JWT_SECRET is missing: in production it must be set']);
  }
  return { ...parsed.data, JWT_SECRET: secretOrGenerated, isDevelopment };
}
