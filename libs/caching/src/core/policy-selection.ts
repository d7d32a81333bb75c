/** A document reduced to what bears on its cache policy: the fields that say something, and the way to them. */
import { type CachePolicy, silentPolicy, strictest } from './cache-policy.js';

export interface PolicyField {
  readonly responseKey: string;
  /** Counts as soon as the field is executed, whatever it returns. */
  readonly own: CachePolicy;
  readonly selection: PolicySelection | undefined;
}

/** What is selected on one position of the document, for each object type that may turn up there. */
export interface PolicySelection {
  /** 0 says nothing. */
  readonly id: number;
  readonly fieldsByType: ReadonlyMap<string, readonly PolicyField[]>;
  /** Unless it is, the fields of every type say the same, and any list of them will do. */
  readonly isTypeSensitive: boolean;
  /** The response key under which every type shows its `__typename`. */
  readonly typenameKey: string | undefined;
  /** The strictest policy that any answer can have. */
  readonly floor: CachePolicy;
}

/**
 * Builds selections so that those which say the same are one object: two types whose fields say the same are then seen
 * to be no difference.
 */
export class PolicySelections {
  readonly #known = new Map<string, PolicySelection>();
  readonly #policyIds = new Map<string, number>([[policyText(silentPolicy), 0]]);

  of(
    fieldsByType: ReadonlyMap<string, readonly PolicyField[]>,
    typenameKey: string | undefined,
  ): PolicySelection {
    const speaking = new Map<string, readonly PolicyField[]>();
    const signatures = new Map<string, string>();
    for (const [typeName, fields] of fieldsByType) {
      const kept = fields.filter((field) => this.#saysSomething(field));
      speaking.set(typeName, kept);
      signatures.set(typeName, kept.map((field) => this.#signature(field)).join(' '));
    }
    const [first = ''] = signatures.values();
    const isTypeSensitive = new Set(signatures.values()).size > 1;
    const signature = isTypeSensitive ? JSON.stringify([...signatures, typenameKey]) : first;
    const known = this.#known.get(signature);
    if (known !== undefined) return known;
    const id = signature === '' ? 0 : this.#known.size + 1;
    const built = {
      id,
      fieldsByType: speaking,
      isTypeSensitive,
      typenameKey,
      floor: floorOf([...speaking.values()].flat()),
    };
    this.#known.set(signature, built);
    return built;
  }

  #saysSomething(field: PolicyField): boolean {
    return this.#policyId(field.own) !== 0 || (field.selection?.id ?? 0) !== 0;
  }

  #signature(field: PolicyField): string {
    return `${field.responseKey}:${this.#policyId(field.own)}:${field.selection?.id ?? 0}`;
  }

  #policyId(policy: CachePolicy): number {
    const text = policyText(policy);
    const id = this.#policyIds.get(text) ?? this.#policyIds.size;
    this.#policyIds.set(text, id);
    return id;
  }
}

function floorOf(fields: readonly PolicyField[]): CachePolicy {
  let floor = silentPolicy;
  for (const { own, selection } of fields) {
    floor = strictest(floor, own);
    if (selection !== undefined) floor = strictest(floor, selection.floor);
  }
  return floor;
}

function policyText(policy: CachePolicy): string {
  const { maxAgeSeconds, scope, revalidateUntilSeconds, errorUntilSeconds, strategies } = policy;
  return `${maxAgeSeconds} ${scope} ${revalidateUntilSeconds} ${errorUntilSeconds} ${JSON.stringify(strategies)}`;
}
