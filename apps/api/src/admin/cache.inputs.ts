/** What administrators may send to the cache's REST interface, and what is said when it is something else. */
import { z } from 'zod';
import { InvalidInput } from '../access/errors.js';

const limit = z.coerce.number().int().min(1).max(1_000).default(50);

export const answersQuery = z.strictObject({ operation: z.string().optional(), limit });
export const limitQuery = z.strictObject({ limit });
export const keyQuery = z.strictObject({ key: z.string().min(1) });

/** A question as a client sends it: the same bytes, since they are what the cache goes by. */
export const questionBody = z.strictObject({
  method: z.enum(['GET', 'POST']).default('POST'),
  path: z.string().startsWith('/graphql').default('/graphql'),
  accept: z.string().optional(),
  body: z.string().optional(),
  role: z.string().default('anonymous'),
  customerId: z.string().optional(),
});

const name = z.string().min(1).max(500);

export const purgeBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tag'), tag: name }),
  z.strictObject({ kind: z.literal('table'), table: name }),
  z.strictObject({ kind: z.literal('operation'), operation: name }),
  z.strictObject({ kind: z.literal('all') }),
]);

/** @throws InvalidInput */
export function parsed<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`);
  throw new InvalidInput(`${problems.join('; ')}.`);
}
