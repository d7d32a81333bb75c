/**
 * Refuses documents that are deep, wide or self-multiplying before anything else is worked out about them.
 *
 * Every fragment is measured once, so that fragments which spread one another many times over cost their length and not
 * their expansion, which grows exponentially.
 */
import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

export interface DocumentLimits {
  /** Levels of fields, introspection left out. */
  readonly maxDepth: number;
  /** Aliased fields in an operation, fragments expanded. */
  readonly maxAliases: number;
  /** Fields in an operation, fragments expanded. */
  readonly maxFields: number;
}

interface Measure {
  readonly depth: number;
  readonly aliases: number;
  readonly fields: number;
}

const nothing: Measure = { depth: 0, aliases: 0, fields: 0 };

function beside(a: Measure, b: Measure): Measure {
  return { depth: Math.max(a.depth, b.depth), aliases: a.aliases + b.aliases, fields: a.fields + b.fields };
}

class DocumentMeasure {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #measured = new Map<string, Measure>();

  constructor(fragments: Iterable<FragmentDefinitionNode>) {
    this.#fragments = new Map([...fragments].map((fragment) => [fragment.name.value, fragment]));
  }

  of({ selections }: SelectionSetNode): Measure {
    return selections.map((selection) => this.#ofSelection(selection)).reduce(beside, nothing);
  }

  #ofSelection(selection: SelectionSetNode['selections'][number]): Measure {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.#ofFragment(selection.name.value);
    const inner = selection.selectionSet === undefined ? nothing : this.of(selection.selectionSet);
    if (selection.kind === Kind.INLINE_FRAGMENT) return inner;
    const aliases = inner.aliases + (selection.alias === undefined ? 0 : 1);
    const isIntrospection = selection.name.value.startsWith('__');
    return { depth: isIntrospection ? 0 : inner.depth + 1, aliases, fields: inner.fields + 1 };
  }

  #ofFragment(name: string): Measure {
    const known = this.#measured.get(name);
    if (known !== undefined) return known;
    // A fragment that spreads itself is another rule's business; here it must only come to an end.
    this.#measured.set(name, nothing);
    const fragment = this.#fragments.get(name);
    const measure = fragment === undefined ? nothing : this.of(fragment.selectionSet);
    this.#measured.set(name, measure);
    return measure;
  }
}

function refuse(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

/** A validation rule for `graphql`'s `validate`. */
export function documentLimits(limits: DocumentLimits): (context: ValidationContext) => ASTVisitor {
  return (context) => ({
    Document(document) {
      const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
      const measure = new DocumentMeasure(fragments);
      for (const definition of document.definitions) {
        if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
        const { depth, aliases, fields } = measure.of(definition.selectionSet);
        if (depth > limits.maxDepth) {
          context.reportError(
            refuse('QUERY_TOO_DEEP', `The query is ${depth} levels deep; ${limits.maxDepth} are allowed.`),
          );
        }
        if (aliases > limits.maxAliases) {
          context.reportError(
            refuse('TOO_MANY_ALIASES', `The query has ${aliases} aliases; ${limits.maxAliases} are allowed.`),
          );
        }
        if (fields > limits.maxFields) {
          context.reportError(
            refuse('QUERY_TOO_LARGE', `The query selects ${fields} fields; ${limits.maxFields} are allowed.`),
          );
        }
      }
    },
  });
}
