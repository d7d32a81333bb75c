/** Who may be given an answer that was made for somebody: decided by what its making looked at, never by guessing. */

/** The widest first. `unshared`: it looked at something of the request that no key can hold. */
export const scopeLevels = ['public', 'role', 'tenant', 'user', 'unshared'] as const;
export type ScopeLevel = (typeof scopeLevels)[number];

/** What answers may depend on of the one who asks. */
export interface ScopeValues {
  readonly role: string;
  readonly tenant?: string | undefined;
  readonly user?: string | undefined;
}

export interface ScopeKey {
  readonly level: Exclude<ScopeLevel, 'unshared'>;
  readonly key: string;
}

export function narrower(one: ScopeLevel, other: ScopeLevel): ScopeLevel {
  return scopeLevels.indexOf(one) > scopeLevels.indexOf(other) ? one : other;
}

export const everybodysKey = 'public';

/**
 * The keys under which an answer for these values may lie, the widest first. Each level's key has the values of the wider
 * ones as well. An answer that lies under `public` was made without a look at who asks; making it again for anybody would
 * take the same way, so that it is everybody's, whatever other answers to the same question have looked at.
 */
export function scopeKeys({ role, tenant, user }: ScopeValues): readonly ScopeKey[] {
  const keys: ScopeKey[] = [
    { level: 'public', key: everybodysKey },
    { level: 'role', key: `role ${JSON.stringify([role])}` },
  ];
  if (tenant !== undefined) keys.push({ level: 'tenant', key: `tenant ${JSON.stringify([role, tenant])}` });
  keys.push({ level: 'user', key: `user ${JSON.stringify([role, tenant, user])}` });
  return keys;
}

/** The key for an answer of this level; undefined when it may not be given to anybody else. */
export function scopeKeyFor(level: ScopeLevel, values: ScopeValues): ScopeKey | undefined {
  if (level === 'unshared') return undefined;
  const keys = scopeKeys(values);
  return keys.find((key) => key.level === level) ?? keys.find((key) => key.level === 'user');
}

/**
 * The same object, whose reading is noted: `levels` says for each property how far an answer that has read it may be shared.
 * Any other property, and looking at the object as a whole, makes the answer unshared.
 */
export function watchScope<T extends object>(
  watched: T,
  levels: Readonly<Partial<Record<keyof T, ScopeLevel>>>,
  onRead: (level: ScopeLevel) => void,
): T {
  const levelOf = (property: string | symbol): ScopeLevel =>
    Object.hasOwn(levels, property) ? (levels[property as keyof T] ?? 'unshared') : 'unshared';
  const proxy = new Proxy(watched, {
    get(target, property) {
      onRead(levelOf(property));
      return Reflect.get(target, property) as unknown;
    },
    has(target, property) {
      onRead(levelOf(property));
      return Reflect.has(target, property);
    },
    getOwnPropertyDescriptor(target, property) {
      onRead(levelOf(property));
      return Reflect.getOwnPropertyDescriptor(target, property);
    },
    ownKeys(target) {
      onRead('unshared');
      return Reflect.ownKeys(target);
    },
  });
  watchedObjects.add(proxy);
  return proxy;
}

const watchedObjects = new WeakSet<object>();

/** True for what {@link watchScope} gives: whoever reads it is noticed. */
export function isWatched(value: unknown): boolean {
  return typeof value === 'object' && value !== null && watchedObjects.has(value);
}
