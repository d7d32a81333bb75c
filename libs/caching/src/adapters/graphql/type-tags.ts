/** Names the tags of the objects in an answer whose types are tagged, by the fields that the client has selected of them. */
import {
  getNamedType,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { renderTag, type TagReference, type TagTemplate } from '../../core/tag-template.js';
import { typenameKeyOf, type FieldsByKey, type SelectedFields } from './selected-fields.js';

type Answer = Readonly<Record<string, unknown>>;

/** What is selected on one position of the document, for each object type that may turn up there. */
interface Position {
  readonly typenameKey: string | undefined;
  readonly byType: ReadonlyMap<string, TypeAt>;
}

interface TypeAt {
  /** Their paths are keys of the answer; undefined for one whose fields are not selected. */
  readonly templates: readonly (TagTemplate | undefined)[];
  readonly below: readonly { readonly responseKey: string; readonly position: Position }[];
}

export class TypeTags {
  readonly #positions = new Map<string, Position>();
  readonly #setIds = new Map<SelectionSetNode, number>();
  readonly #root: Position;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly selected: SelectedFields,
    private readonly templatesOf: ReadonlyMap<string, readonly TagTemplate[]>,
    root: { readonly type: GraphQLObjectType; readonly set: SelectionSetNode },
  ) {
    this.#root = this.#position(root.type, [root.set]);
  }

  /** Undefined when one of them cannot be named: the answer must not be stored, because nothing would take it away again. */
  of(answer: Answer): readonly string[] | undefined {
    const tags = new Set<string>();
    return collect(this.#root, answer, tags) ? [...tags] : undefined;
  }

  #position(type: GraphQLCompositeType, sets: readonly SelectionSetNode[]): Position {
    // By type and selection sets: without it a document whose fragments spread each other grows without bound.
    const key = `${type.name} ${sets.map((set) => this.#idOf(set)).join()}`;
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    const types = isAbstractType(type) ? this.schema.getPossibleTypes(type) : [type];
    const fieldsByType = new Map(types.map((one) => [one, this.selected.on(one, sets)]));
    const byType = new Map([...fieldsByType].map(([one, fields]) => [one.name, this.#typeAt(one, fields)]));
    const position = { typenameKey: typenameKeyOf([...fieldsByType.values()]), byType };
    this.#positions.set(key, position);
    return position;
  }

  #typeAt(type: GraphQLObjectType, fields: FieldsByKey): TypeAt {
    const templates = this.templatesOf.get(type.name) ?? [];
    const below = [...fields].flatMap(([responseKey, nodes]) => {
      const target = targetOf(type, nodes);
      return isCompositeType(target)
        ? [{ responseKey, position: this.#position(target, setsOf(nodes)) }]
        : [];
    });
    return { templates: templates.map((template) => this.#bound(template, type, fields)), below };
  }

  /** The template with the keys of the answer in place of the names of fields. */
  #bound(template: TagTemplate, type: GraphQLObjectType, fields: FieldsByKey): TagTemplate | undefined {
    const parts: (string | TagReference)[] = [];
    for (const part of template.parts) {
      const path = typeof part === 'string' ? undefined : this.#responsePath(part.path, type, fields);
      if (typeof part === 'string') parts.push(part);
      else if (part.source === 'args' || path === undefined) return undefined;
      else parts.push({ source: 'key', path });
    }
    return { ...template, parts };
  }

  #responsePath(
    [name, ...rest]: readonly string[],
    type: GraphQLObjectType,
    fields: FieldsByKey,
  ): readonly string[] | undefined {
    // With arguments a field may mean anything.
    const found = [...fields].find(([, [node]]) => node?.name.value === name && !node?.arguments?.length);
    if (found === undefined) return undefined;
    const [responseKey, nodes] = found;
    if (rest.length === 0) return [responseKey];
    const target = targetOf(type, nodes);
    if (!isObjectType(target)) return undefined;
    const further = this.#responsePath(rest, target, this.selected.on(target, setsOf(nodes)));
    return further === undefined ? undefined : [responseKey, ...further];
  }

  #idOf(set: SelectionSetNode): number {
    const id = this.#setIds.get(set) ?? this.#setIds.size;
    this.#setIds.set(set, id);
    return id;
  }
}

/** False when a tag cannot be named. */
function collect(position: Position, value: unknown, tags: Set<string>): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every((item) => collect(position, item, tags));
  const object = value as Answer;
  const typeName = position.typenameKey === undefined ? undefined : object[position.typenameKey];
  const known = typeof typeName === 'string' ? position.byType.get(typeName) : undefined;
  // Where nobody has asked for the type it may be any of them, and a tag too many does no harm.
  const types = known === undefined ? [...position.byType.values()] : [known];
  return types.every(({ templates, below }) => {
    for (const template of templates) {
      const tag = template === undefined ? undefined : renderTag(template, { key: object });
      if (tag === undefined) return false;
      tags.add(tag);
    }
    return below.every(({ responseKey, position: next }) =>
      collect(next, Object.hasOwn(object, responseKey) ? object[responseKey] : undefined, tags),
    );
  });
}

function targetOf(type: GraphQLObjectType, [node]: readonly FieldNode[]) {
  const field = node === undefined ? undefined : type.getFields()[node.name.value];
  return field === undefined ? undefined : getNamedType(field.type);
}

function setsOf(nodes: readonly FieldNode[]): readonly SelectionSetNode[] {
  return nodes.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet]));
}
