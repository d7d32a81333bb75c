/** Reads `posts-user-{$args.userId}`, the tag format of Apollo Router's `@cacheTag`, and fills it in. */
import { CacheTagFormatInvalid } from './errors.js';

export interface TagReference {
  readonly source: 'args' | 'key';
  /** `input.id` of `{$args.input.id}`. */
  readonly path: readonly string[];
}

export interface TagTemplate {
  readonly format: string;
  readonly parts: readonly (string | TagReference)[];
}

export interface TagValues {
  /** The arguments of the field that carries the directive. */
  readonly args?: unknown;
  /** The object whose type carries the directive. */
  readonly key?: unknown;
}

const reference = /^\$(args|key)((?:\.[_A-Za-z][_0-9A-Za-z]*)+)$/;

export function parseTagTemplate(format: string): TagTemplate {
  const parts: (string | TagReference)[] = [];
  for (const [index, piece] of format.split(/[{}]/).entries()) {
    if (index % 2 === 0) {
      if (piece !== '') parts.push(piece);
      continue;
    }
    const match = reference.exec(piece.trim());
    if (match?.[1] === undefined || match[2] === undefined) throw new CacheTagFormatInvalid(format);
    parts.push({ source: match[1] as TagReference['source'], path: match[2].slice(1).split('.') });
  }
  // Braces must come in pairs and in turn: "a}b{c" splits into as many pieces as "a{b}c".
  if (!/^[^{}]*(?:\{[^{}]*\}[^{}]*)*$/.test(format) || parts.length === 0)
    throw new CacheTagFormatInvalid(format);
  return { format, parts };
}

/**
 * Undefined when a value is missing, null, a list or an object. The answer must not be stored then: the invalidation that
 * it waits for would bear another name.
 */
export function renderTag(template: TagTemplate, values: TagValues): string | undefined {
  let tag = '';
  for (const part of template.parts) {
    const text = typeof part === 'string' ? part : scalarText(valueAt(values[part.source], part.path));
    if (text === undefined) return undefined;
    tag += text;
  }
  return tag;
}

function valueAt(from: unknown, path: readonly string[]): unknown {
  let value = from;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  return undefined;
}
