/**
 * Says in our cache's terms what an origin says in header fields. Our cache reads no fields of an origin: in an application its
 * answers are made beside it, and it is told how long they live and for whom they are. This part stands in for that; it is as
 * plain as the suite permits, and no test is counted that would only be about how fields are written.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { FixedTtl, TtlModifiers } from '../../../libs/caching/src/core/ttl-strategy.js';
import { narrower, type ScopeLevel, type ScopeValues } from '../../../libs/caching/src/core/scope.js';

export interface Told {
  readonly aging: FixedTtl & TtlModifiers;
  readonly scope: ScopeLevel;
}

/** What the suite lets answers vary by, in the place of what an application knows of the one who asks. */
export function askerOf({ foo, bar, baz, authorization }: IncomingHttpHeaders): ScopeValues {
  return { role: textOf(foo), tenant: textOf(bar), user: textOf(baz, authorization) };
}

function textOf(...values: readonly unknown[]): string {
  return JSON.stringify(values.map((value) => value ?? null));
}

/** Accept and Accept-Encoding are in the cache's own hands. */
const levelOfHeader: Readonly<Record<string, ScopeLevel>> = {
  '': 'public',
  accept: 'public',
  'accept-encoding': 'public',
  foo: 'role',
  bar: 'tenant',
  baz: 'user',
  authorization: 'user',
};

/** Undefined for what must not be kept. */
export function toldBy(fields: IncomingHttpHeaders, asked: IncomingHttpHeaders): Told | undefined {
  const directives = directivesIn(fields['cache-control']);
  const lifetimeSeconds = lifetimeIn(fields, directives);
  if (directives.has('no-store') || directives.has('no-cache') || lifetimeSeconds === undefined)
    return undefined;
  const ttlMs = (lifetimeSeconds - Number(fields.age ?? 0)) * 1_000;
  if (!(ttlMs > 0)) return undefined;
  const levels: ScopeLevel[] = namesIn(fields.vary).map((name) => levelOfHeader[name] ?? 'unshared');
  if (isTheirs(directives, asked)) levels.push('user');
  if (directives.has('private')) levels.push('unshared');
  const staleIfErrorMs = Number(directives.get('stale-if-error') ?? 0) * 1_000;
  return { aging: { kind: 'fixed', ttlMs, staleIfErrorMs }, scope: levels.reduce(narrower, 'public') };
}

/** RFC 9111 §3.5: what was asked for with credentials is for nobody else, unless it says so. */
function isTheirs(directives: ReadonlyMap<string, string>, asked: IncomingHttpHeaders): boolean {
  const saysSo = ['public', 'must-revalidate', 's-maxage'].some((name) => directives.has(name));
  return asked.authorization !== undefined && !saysSo;
}

function lifetimeIn(
  { expires, date }: IncomingHttpHeaders,
  directives: ReadonlyMap<string, string>,
): number | undefined {
  const seconds = directives.get('s-maxage') ?? directives.get('max-age');
  if (seconds !== undefined) return Number(seconds);
  return expires === undefined ? undefined : (Date.parse(expires) - Date.parse(date ?? '')) / 1_000;
}

function directivesIn(field = ''): ReadonlyMap<string, string> {
  return new Map(
    namesIn(field).map((directive): [string, string] => {
      const [name = '', value = ''] = directive.split('=');
      return [name, value];
    }),
  );
}

function namesIn(field = ''): string[] {
  return field.split(',').map((name) => name.trim().toLowerCase());
}
