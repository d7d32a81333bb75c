/** An amount of money as clients see it: whole minor units, with the exact decimal beside it. */
import { Field, Int, ObjectType } from '@nestjs/graphql';
import { minorUnitDigits } from './currency.js';

/** The largest amount that GraphQL's Int carries. */
export const largestAmount = 2_147_483_647;

@ObjectType({ description: 'An amount of money.' })
export class Money {
  constructor(
    amount: number,
    currency: string,
    private readonly exactDecimal?: string,
  ) {
    this.amount = amount;
    this.currency = currency;
  }

  @Field(() => Int, { description: 'In minor units, e.g. cents; halves are rounded away from zero.' })
  readonly amount: number;

  @Field(() => String, { description: 'ISO 4217 code, e.g. `USD`.' })
  readonly currency: string;

  @Field(() => String, { description: 'The exact amount in major units as a decimal, e.g. `"957.5775"`.' })
  get exact(): string {
    if (this.exactDecimal !== undefined) return this.exactDecimal;
    const decimals = minorUnitDigits(this.currency);
    if (decimals === 0) return String(this.amount);
    const digits = String(Math.abs(this.amount)).padStart(decimals + 1, '0');
    return `${this.amount < 0 ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  }
}
