/** Checks an argument against a zod schema, and answers with every fault and where it is. */
import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { InvalidInput } from '../access/errors.js';

/** NUL and halves of surrogate pairs: characters that PostgreSQL keeps in no text. */
const unstorable = /[\0\p{Surrogate}]/u;

/** False for what PostgreSQL would refuse as text, and so cannot have. */
export function isStorable(text: string): boolean {
  return !unstorable.test(text);
}

function unstorablePaths(value: unknown, path = ''): string[] {
  if (typeof value === 'string') return isStorable(value) ? [] : [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    unstorablePaths(inner, path === '' ? name : `${path}.${name}`),
  );
}

class ValidationPipe<Schema extends z.ZodType> implements PipeTransform {
  constructor(private readonly schema: Schema) {}

  transform(value: unknown): z.output<Schema> {
    const parsed = this.schema.safeParse(value);
    const issues = parsed.success
      ? unstorablePaths(value).map((path) => ({ path, message: 'has characters that no text may have' }))
      : parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    if (parsed.success && issues.length === 0) return parsed.data;
    const summary = issues
      .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
      .join('; ');
    throw new InvalidInput(`The input is not valid: ${summary}.`, { issues });
  }
}

/** `@Args('input', validated(signUpSchema)) input: SignUpInput` */
export function validated(schema: z.ZodType): PipeTransform {
  return new ValidationPipe(schema);
}
