/** Reads what a schema says about caching, by Apollo Server's rules to the letter where they are Apollo's. */
import {
  type ConstDirectiveNode,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLField,
  isCompositeType,
  Kind,
} from 'graphql';
import type { CacheAnnotation, DefaultAge } from '../../core/cache-policy.js';
import type { FieldRule } from '../../core/execution-notes.js';
import { parseTagTemplate, type TagTemplate } from '../../core/tag-template.js';

type Directives = readonly ConstDirectiveNode[] | undefined;
type Field = GraphQLField<unknown, unknown>;

const silent: CacheAnnotation = {};
const typeAnnotations = new WeakMap<GraphQLCompositeType, CacheAnnotation>();
const fieldAnnotations = new WeakMap<Field, CacheAnnotation>();

/** The definition first, then its extensions; the first that bears the directive decides. */
export function annotationOfType(type: GraphQLCompositeType): CacheAnnotation {
  const known = typeAnnotations.get(type);
  if (known !== undefined) return known;
  const nodes = [type.astNode, ...type.extensionASTNodes];
  const annotation = nodes.map((node) => annotationOf(node?.directives)).find((found) => found !== undefined);
  typeAnnotations.set(type, annotation ?? silent);
  return annotation ?? silent;
}

export function annotationOfField(field: Field): CacheAnnotation {
  const known = fieldAnnotations.get(field);
  if (known !== undefined) return known;
  const annotation = annotationOf(field.astNode?.directives) ?? silent;
  fieldAnnotations.set(field, annotation);
  return annotation;
}

/**
 * The field's own hint over that of the type it returns. Without an age, a root field and a field that returns objects get
 * the default; every other field adds nothing and so lives as long as its parent.
 */
export function ruleOfField(field: Field, isRoot: boolean, defaultAge: DefaultAge): FieldRule {
  const target = getNamedType(field.type);
  const ofType = isCompositeType(target) ? annotationOfType(target) : silent;
  const ofField = annotationOfField(field);
  const inherits =
    ofType.inheritMaxAge === true || (ofField.inheritMaxAge === true && ofType.maxAge === undefined);
  const annotation: CacheAnnotation = {
    maxAge: ofField.maxAge ?? ofType.maxAge,
    scope: ofField.scope ?? ofType.scope,
    swr: ofField.swr ?? ofType.swr,
    sie: ofField.sie ?? ofType.sie,
    strategy: ofField.strategy ?? ofType.strategy,
  };
  const needsDefault = isRoot || (isCompositeType(target) && !inherits);
  return { annotation, fallback: needsDefault ? defaultAge : undefined };
}

export function tagTemplatesOf(directives: Directives): readonly TagTemplate[] {
  const templates: TagTemplate[] = [];
  for (const directive of directives ?? []) {
    if (directive.name.value !== 'cacheTag') continue;
    const format = argument(directive, 'format');
    if (format?.kind === Kind.STRING) templates.push(parseTagTemplate(format.value));
  }
  return templates;
}

function annotationOf(directives: Directives): CacheAnnotation | undefined {
  const directive = directives?.find(({ name }) => name.value === 'cacheControl');
  if (directive?.arguments === undefined) return undefined;
  const scope = argument(directive, 'scope');
  const inherit = argument(directive, 'inheritMaxAge');
  const strategy = argument(directive, 'strategy');
  const inheritMaxAge = inherit?.kind === Kind.BOOLEAN && inherit.value;
  return {
    inheritMaxAge,
    // An age beside `inheritMaxAge: true` does not count.
    maxAge: inheritMaxAge ? undefined : seconds(directive, 'maxAge'),
    scope:
      scope?.kind === Kind.ENUM && (scope.value === 'PUBLIC' || scope.value === 'PRIVATE')
        ? scope.value
        : undefined,
    swr: seconds(directive, 'swr'),
    sie: seconds(directive, 'sie'),
    strategy: strategy?.kind === Kind.STRING ? strategy.value : undefined,
  };
}

function argument(directive: ConstDirectiveNode, name: string) {
  return directive.arguments?.find((given) => given.name.value === name)?.value;
}

function seconds(directive: ConstDirectiveNode, name: string): number | undefined {
  const value = argument(directive, name);
  return value?.kind === Kind.INT ? Number.parseInt(value.value, 10) : undefined;
}
