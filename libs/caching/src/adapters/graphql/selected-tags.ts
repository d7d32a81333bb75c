/** The cache tags that an operation's fields and types call for, with arguments still to be filled in. */
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type OperationDefinitionNode,
  astFromValue,
  valueFromASTUntyped,
} from 'graphql';
import { renderTag, type TagTemplate } from '../../core/tag-template.js';
import { tagTemplatesOf } from './cache-annotations.js';

export type Variables = Readonly<Record<string, unknown>>;

interface FieldTag {
  readonly template: TagTemplate;
  readonly field: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
}

export class SelectedTags {
  readonly #fields: FieldTag[] = [];
  readonly #types = new Map<string, readonly TagTemplate[]>();
  readonly #defaults: Variables;

  constructor(operation: OperationDefinitionNode) {
    const defaults: Record<string, unknown> = {};
    for (const { variable, defaultValue } of operation.variableDefinitions ?? [])
      if (defaultValue !== undefined) defaults[variable.name.value] = valueFromASTUntyped(defaultValue);
    this.#defaults = defaults;
  }

  /** Templates of object types, `{$key.…}` in them, to be rendered for each object that was read. */
  get ofTypes(): ReadonlyMap<string, readonly TagTemplate[]> {
    return this.#types;
  }

  addField(field: GraphQLField<unknown, unknown>, node: FieldNode): void {
    for (const template of tagTemplatesOf(field.astNode?.directives))
      this.#fields.push({ template, field, node });
  }

  addType(type: GraphQLObjectType): void {
    if (this.#types.has(type.name)) return;
    const nodes = [type.astNode, ...type.extensionASTNodes];
    const templates = nodes.flatMap((node) => tagTemplatesOf(node?.directives));
    if (templates.length > 0) this.#types.set(type.name, templates);
  }

  /** Undefined when one of them cannot be named: the answer must not be stored, because nothing would take it away again. */
  ofFields(variables: Variables): readonly string[] | undefined {
    if (this.#fields.length === 0) return [];
    const given = { ...this.#defaults, ...variables };
    const tags = new Set<string>();
    for (const { template, field, node } of this.#fields) {
      const tag = renderTag(template, { args: argumentsOf(field, node, given) });
      if (tag === undefined) return undefined;
      tags.add(tag);
    }
    return [...tags];
  }
}

/** As the client wrote them, enum names and all: coerced values may be objects that no invalidation can spell. */
function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Variables,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const argument of field.args) {
    const given = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
    const value = given === undefined ? undefined : valueFromASTUntyped(given, variables);
    if (value !== undefined) values[argument.name] = value;
    else if (argument.defaultValue !== undefined) {
      const literal = astFromValue(argument.defaultValue, argument.type);
      if (literal) values[argument.name] = valueFromASTUntyped(literal);
    }
  }
  return values;
}
