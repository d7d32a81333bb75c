/** Compiles one operation, its conditions known, to the selection that decides on its cache policy. */
import {
  type FieldNode,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  type SelectionSetNode,
} from 'graphql';
import type { DefaultAge } from '../../core/cache-policy.js';
import { policyOfRule } from '../../core/execution-notes.js';
import { type PolicyField, type PolicySelection, PolicySelections } from '../../core/policy-selection.js';
import { ruleOfField } from './cache-annotations.js';
import { typenameKeyOf, type FieldsByKey, type SelectedFields } from './selected-fields.js';
import type { SelectedTags } from './selected-tags.js';

export class SelectionCompiler {
  readonly #selections = new PolicySelections();
  /** By type and selection sets: without it a document whose fragments spread each other grows without bound. */
  readonly #compiled = new Map<string, PolicySelection>();
  readonly #setIds = new Map<SelectionSetNode, number>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly selected: SelectedFields,
    private readonly tags: SelectedTags,
    private readonly defaultAge: DefaultAge,
  ) {}

  compile(type: GraphQLCompositeType, sets: readonly SelectionSetNode[], isRoot: boolean): PolicySelection {
    const key = `${type.name} ${sets.map((set) => this.#idOf(set)).join()} ${isRoot}`;
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const types = isAbstractType(type) ? this.schema.getPossibleTypes(type) : [type];
    const fieldsByType = new Map<string, readonly PolicyField[]>();
    const selectedByType: FieldsByKey[] = [];
    for (const objectType of types) {
      this.tags.addType(objectType);
      const fields = this.selected.on(objectType, sets);
      selectedByType.push(fields);
      fieldsByType.set(objectType.name, this.#fields(objectType, fields, isRoot));
    }
    const selection = this.#selections.of(fieldsByType, typenameKeyOf(selectedByType));
    this.#compiled.set(key, selection);
    return selection;
  }

  #fields(type: GraphQLObjectType, selected: FieldsByKey, isRoot: boolean): PolicyField[] {
    const definitions = type.getFields();
    const fields: PolicyField[] = [];
    for (const [responseKey, nodes] of selected) {
      const [node] = nodes;
      // Meta fields have no definition on the type, and no say: neither do they with Apollo.
      const definition = node && definitions[node.name.value];
      if (node === undefined || definition === undefined) continue;
      this.tags.addField(definition, node);
      fields.push({
        responseKey,
        own: policyOfRule(ruleOfField(definition, isRoot, this.defaultAge)),
        selection: this.#below(definition, nodes),
      });
    }
    return fields;
  }

  #below(field: GraphQLField<unknown, unknown>, nodes: readonly FieldNode[]): PolicySelection | undefined {
    const target = getNamedType(field.type);
    if (!isCompositeType(target)) return undefined;
    const sets = nodes.flatMap((node) => (node.selectionSet === undefined ? [] : [node.selectionSet]));
    return this.compile(target, sets, false);
  }

  #idOf(set: SelectionSetNode): number {
    const id = this.#setIds.get(set) ?? this.#setIds.size;
    this.#setIds.set(set, id);
    return id;
  }
}
