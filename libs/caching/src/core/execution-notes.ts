/** What only the execution of one request can tell about its policy: hints that resolvers set, and types of objects. */
import {
  type CacheAnnotation,
  type CacheHint,
  type CachePolicy,
  type CacheScope,
  type DefaultAge,
  policyOfHint,
} from './cache-policy.js';

/** The path of an executor: innermost key first. */
export interface ResponsePath {
  readonly prev: ResponsePath | undefined;
  readonly key: string | number;
}

/** `products.0.price`: response keys hold no dots and do not begin with digits, so no two paths share a text. */
export function pathText(path: ResponsePath | undefined): string {
  if (path === undefined) return '';
  return path.prev === undefined ? String(path.key) : `${pathText(path.prev)}.${path.key}`;
}

/** The policy of a field as a resolver sees and changes it; the shape of Apollo's `@apollo/cache-control-types`. */
export class FieldPolicy {
  maxAge: number | undefined;
  scope: CacheScope | undefined;

  /** @param onSpoken is told of each hint, while the resolver still runs. */
  constructor(
    hint: CacheHint,
    private readonly onSpoken: (hint: CacheHint) => void = () => undefined,
  ) {
    this.maxAge = hint.maxAge;
    this.scope = hint.scope;
  }

  restrict(hint: CacheHint): void {
    this.onSpoken(hint);
    if (hint.maxAge !== undefined && (this.maxAge === undefined || hint.maxAge < this.maxAge))
      this.maxAge = hint.maxAge;
    if (hint.scope !== undefined && this.scope !== 'PRIVATE') this.scope = hint.scope;
  }

  replace(hint: CacheHint): void {
    this.onSpoken(hint);
    if (hint.maxAge !== undefined) this.maxAge = hint.maxAge;
    if (hint.scope !== undefined) this.scope = hint.scope;
  }

  policyIfCacheable(): { maxAge: number; scope: CacheScope } | null {
    if (this.maxAge === undefined || this.maxAge === 0) return null;
    return { maxAge: this.maxAge, scope: this.scope ?? 'PUBLIC' };
  }
}

/** What the schema says of a field before its resolver speaks. */
export interface FieldRule {
  readonly annotation: CacheAnnotation;
  /** Holds if neither schema nor resolver gives an age. */
  readonly fallback: DefaultAge | undefined;
}

export function policyOfRule({ annotation, fallback }: FieldRule): CachePolicy {
  return policyOfHint(annotation.maxAge === undefined ? { ...annotation, ...fallback } : annotation);
}

export class ExecutionNotes {
  /** By path; it stands in place of what the schema says there. */
  readonly policies = new Map<string, CachePolicy>();
  /** By the path of the object. */
  readonly typeNames = new Map<string, string>();

  constructor(private readonly wantsTypeNames: boolean) {}

  noteType(path: ResponsePath | undefined, typeName: string): void {
    if (this.wantsTypeNames) this.typeNames.set(pathText(path), typeName);
  }

  /** To be called when the field's result is there: hints that come later are too late, as with Apollo. */
  settle(path: ResponsePath, rule: FieldRule, policy: FieldPolicy): void {
    const { annotation } = rule;
    if (policy.maxAge === annotation.maxAge && policy.scope === annotation.scope) return;
    const { maxAge, scope } = policy;
    const spoken = { ...rule, annotation: { ...annotation, maxAge, scope } };
    this.policies.set(pathText(path), policyOfRule(spoken));
  }
}
