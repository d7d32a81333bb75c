/**
 * The policy of one answer, equal to what Apollo Server finds field by field during execution, at no cost per resolver.
 *
 * Apollo counts the fields that were executed. An answer without errors shows them: a key that is there was executed, and
 * nothing was executed below null or in an empty list. So the answer is walked instead, only into what could still make
 * the policy stricter; most answers end at the root.
 */
import { addsNothing, type CachePolicy, silentPolicy, strictest } from './cache-policy.js';
import type { ExecutionNotes } from './execution-notes.js';
import type { PolicyField, PolicySelection } from './policy-selection.js';

/**
 * `answer` is the `data` of a result without errors; one with errors is not cacheable anyway. Where a type matters that
 * neither `__typename` nor the notes tell, all types count: the policy is then stricter than Apollo's, never laxer.
 */
export function answerPolicy(
  selection: PolicySelection,
  answer: Readonly<Record<string, unknown>>,
  notes?: ExecutionNotes,
): CachePolicy {
  const walk = new AnswerWalk(notes);
  walk.object(selection, answer, '');
  return walk.policy;
}

class AnswerWalk {
  policy: CachePolicy = silentPolicy;
  readonly #needsPaths: boolean;

  constructor(private readonly notes: ExecutionNotes | undefined) {
    this.#needsPaths = notes !== undefined && (notes.policies.size > 0 || notes.typeNames.size > 0);
    for (const spoken of notes?.policies.values() ?? []) this.policy = strictest(this.policy, spoken);
  }

  object(selection: PolicySelection, object: Readonly<Record<string, unknown>>, path: string): void {
    if (addsNothing(this.policy, selection.floor)) return;
    if (!selection.isTypeSensitive) {
      const [fields = []] = selection.fieldsByType.values();
      return this.#fields(fields, object, path);
    }
    const typeName = this.#typeName(selection, object, path);
    const known = typeName === undefined ? undefined : selection.fieldsByType.get(typeName);
    if (known !== undefined) return this.#fields(known, object, path);
    for (const fields of selection.fieldsByType.values()) this.#fields(fields, object, path);
  }

  #typeName(
    selection: PolicySelection,
    object: Readonly<Record<string, unknown>>,
    path: string,
  ): string | undefined {
    const shown = selection.typenameKey === undefined ? undefined : object[selection.typenameKey];
    return typeof shown === 'string' ? shown : this.notes?.typeNames.get(path);
  }

  #fields(fields: readonly PolicyField[], object: Readonly<Record<string, unknown>>, path: string): void {
    for (const field of fields) {
      const value = Object.hasOwn(object, field.responseKey) ? object[field.responseKey] : undefined;
      // A compiling executor may leave a skipped field's key, without a value.
      if (value === undefined) continue;
      const fieldPath = this.#below(path, field.responseKey);
      if (!this.notes?.policies.has(fieldPath)) this.policy = strictest(this.policy, field.own);
      if (field.selection !== undefined) this.#value(field.selection, value, fieldPath);
    }
  }

  #value(selection: PolicySelection, value: unknown, path: string): void {
    if (typeof value !== 'object' || value === null) return;
    if (!Array.isArray(value)) return this.object(selection, value as Record<string, unknown>, path);
    for (const [index, item] of value.entries()) {
      if (addsNothing(this.policy, selection.floor)) return;
      this.#value(selection, item, this.#below(path, index));
    }
  }

  #below(path: string, key: string | number): string {
    if (!this.#needsPaths) return '';
    return path === '' ? String(key) : `${path}.${key}`;
  }
}
