/** The four arguments of a Relay connection, checked and turned into one direction and one limit. */
import { ArgsType, Field, Int } from '@nestjs/graphql';
import { InvalidInput } from '../../access/errors.js';

export const defaultPageSize = 20;
export const largestPageSize = 100;

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: `The first n edges, 0 to ${largestPageSize}; ${defaultPageSize} by default.`,
  })
  readonly first?: number | null;

  @Field(() => String, { nullable: true, description: 'Only edges behind this cursor.' })
  readonly after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: `The last n edges, 0 to ${largestPageSize}; not together with \`first\`.`,
  })
  readonly last?: number | null;

  @Field(() => String, { nullable: true, description: 'Only edges before this cursor.' })
  readonly before?: string | null;
}

export interface PageRequest {
  readonly limit: number;
  /** True when the page is counted from the end. */
  readonly backward: boolean;
  readonly after: string | undefined;
  readonly before: string | undefined;
}

function checkedSize(name: 'first' | 'last', size: number): number {
  if (size < 0) throw new InvalidInput(`\`${name}\` must not be negative.`);
  if (size > largestPageSize) throw new InvalidInput(`\`${name}\` must not be above ${largestPageSize}.`);
  return size;
}

/** @throws InvalidInput when both ends or an impossible size are asked for. */
export function toPageRequest({ first, after, last, before }: PageArgs): PageRequest {
  const hasFirst = first !== undefined && first !== null;
  const hasLast = last !== undefined && last !== null;
  if (hasFirst && hasLast) throw new InvalidInput('Pass either `first` or `last`, not both.');
  const bounds = { after: after ?? undefined, before: before ?? undefined };
  if (hasLast) return { ...bounds, backward: true, limit: checkedSize('last', last) };
  return { ...bounds, backward: false, limit: hasFirst ? checkedSize('first', first) : defaultPageSize };
}
