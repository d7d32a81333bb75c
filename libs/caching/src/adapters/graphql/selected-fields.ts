/** Collects the fields that an operation selects on a type, as an executor does (GraphQL, section 6.3.2), with known conditions. */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** The value of each boolean variable that a `@skip` or `@include` names. */
export type Conditions = ReadonlyMap<string, boolean>;

export type FieldsByKey = ReadonlyMap<string, readonly FieldNode[]>;

export class SelectedFields {
  readonly #fragments = new Map<string, FragmentDefinitionNode>();

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly conditions: Conditions,
  ) {
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION)
        this.#fragments.set(definition.name.value, definition);
  }

  on(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): FieldsByKey {
    const fields = new Map<string, FieldNode[]>();
    const spread = new Set<string>();
    for (const set of sets) this.#collect(type, set, fields, spread);
    return fields;
  }

  #collect(
    type: GraphQLObjectType,
    set: SelectionSetNode,
    fields: Map<string, FieldNode[]>,
    spread: Set<string>,
  ): void {
    for (const selection of set.selections) {
      if (!this.#isIncluded(selection)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const nodes = fields.get(key);
        if (nodes === undefined) fields.set(key, [selection]);
        else nodes.push(selection);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        if (condition === undefined || this.#matches(condition, type))
          this.#collect(type, selection.selectionSet, fields, spread);
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = this.#fragments.get(selection.name.value);
        if (fragment !== undefined && this.#matches(fragment.typeCondition.name.value, type))
          this.#collect(type, fragment.selectionSet, fields, spread);
      }
    }
  }

  #isIncluded(selection: SelectionNode): boolean {
    return (selection.directives ?? []).every(({ name, arguments: given }) => {
      if (name.value !== GraphQLSkipDirective.name && name.value !== GraphQLIncludeDirective.name)
        return true;
      const value = given?.find((argument) => argument.name.value === 'if')?.value;
      const holds =
        value?.kind === Kind.VARIABLE
          ? this.conditions.get(value.name.value) === true
          : value?.kind === Kind.BOOLEAN && value.value;
      return name.value === GraphQLSkipDirective.name ? !holds : holds;
    });
  }

  #matches(condition: string, type: GraphQLObjectType): boolean {
    if (condition === type.name) return true;
    const abstract = this.schema.getType(condition);
    return isAbstractType(abstract) && this.schema.isSubType(abstract, type);
  }
}

/** Only a key that means `__typename` on every type: on another type it could be any string that a client chose to see. */
export function typenameKeyOf(selectedByType: readonly FieldsByKey[]): string | undefined {
  const [first = new Map<string, readonly FieldNode[]>()] = selectedByType;
  return [...first.keys()].find((key) =>
    selectedByType.every((fields) => fields.get(key)?.[0]?.name.value === '__typename'),
  );
}
