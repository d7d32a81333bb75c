/** `@CacheHint({ maxAge: 60 })` says in code-first schemas what `@cacheControl` and `@cacheTag` say in SDL. */
import { Directive } from '@nestjs/graphql';
import type { CacheAnnotation } from './core/cache-policy.js';
import { parseTagTemplate } from './core/tag-template.js';

export interface CacheHintOptions extends CacheAnnotation {
  /** Formats such as `posts-user-{$args.userId}` on fields, `user-{$key.id}` on types. */
  readonly tags?: readonly string[];
}

/**
 * A directive rather than an extension: Nest gives both to the schema, but Apollo's own plugin, and a router in front,
 * read directives only.
 */
export function CacheHint(options: CacheHintOptions): MethodDecorator & PropertyDecorator & ClassDecorator {
  const { tags = [], ...annotation } = options;
  for (const format of tags) parseTagTemplate(format);
  const given = Object.entries(annotation).filter(([, value]) => value !== undefined);
  const control = given.map(([name, value]) => `${name}: ${literalOf(name, value)}`).join(', ');
  return Directive([
    ...(control === '' ? [] : [`@cacheControl(${control})`]),
    ...tags.map((format) => `@cacheTag(format: ${JSON.stringify(format)})`),
  ]);
}

function literalOf(name: string, value: unknown): string {
  return name === 'scope' ? String(value) : JSON.stringify(value);
}
