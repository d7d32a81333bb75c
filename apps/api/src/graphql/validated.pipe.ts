/** Checks an argument against a zod schema, and answers with every fault and where it is. */
import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { InvalidInput } from '../access/errors.js';

class ValidationPipe<Schema extends z.ZodType> implements PipeTransform {
  constructor(private readonly schema: Schema) {}

  transform(value: unknown): z.output<Schema> {
    const parsed = this.schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
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
