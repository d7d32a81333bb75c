/**
 * The type-level proof that something was checked against invalidations: graces exist for what has aged, never for what is wrong.
 *
 * Mixing the two is a known trap (an invalidated entry that comes back by its grace: FusionCache #648, BentoCache #64).
 * Whoever serves by age asks for `StillValid<…>`, and `unlessInvalidated` is the only way to get one.
 */
declare const checked: unique symbol;

export type StillValid<T> = T & { readonly [checked]: true };

/** `unknown` while a node cannot hear invalidations: to be on the safe side is to have no entry. */
export type Validity = 'valid' | 'invalidated' | 'unknown';

export function unlessInvalidated<T extends object>(
  checkedValue: T,
  validity: Validity,
): StillValid<T> | undefined {
  return validity === 'valid' ? (checkedValue as StillValid<T>) : undefined;
}
