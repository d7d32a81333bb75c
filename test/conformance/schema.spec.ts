/** The committed schema is documented to the last field, and keeps the names that clients rely on. */
import { readFileSync } from 'node:fs';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  type GraphQLNamedType,
} from 'graphql';
import { describe, expect, it } from 'vitest';

const schema = buildSchema(
  readFileSync(new URL('../../apps/api/src/graphql/schema.graphql', import.meta.url), 'utf8'),
);
const ownTypes = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);

interface Documented {
  readonly coordinate: string;
  readonly description: string | null | undefined;
}

function membersOf(type: GraphQLNamedType): Documented[] {
  if (isEnumType(type)) {
    return type
      .getValues()
      .map(({ name, description }) => ({ coordinate: `${type.name}.${name}`, description }));
  }
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map(({ name, description }) => ({
      coordinate: `${type.name}.${name}`,
      description,
    }));
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => [
    { coordinate: `${type.name}.${field.name}`, description: field.description },
    // A mutation's one argument is described by its type.
    ...field.args
      .filter(({ name }) => name !== 'input')
      .map(({ name, description }) => ({ coordinate: `${type.name}.${field.name}(${name}:)`, description })),
  ]);
}

const rootTypes = ['Query', 'Mutation', 'Subscription'];

describe('schema.graphql', () => {
  it('describes every type, field, argument and value', () => {
    const types = ownTypes
      .filter(({ name }) => !rootTypes.includes(name))
      .map(({ name, description }) => ({ coordinate: name, description }));
    const silent = [...types, ...ownTypes.flatMap(membersOf)].filter(({ description }) => !description);
    expect(silent.map(({ coordinate }) => coordinate)).toEqual([]);
  });

  it.each([
    ['Query', 'node nodes product products search categories category me order myOrders notifications'],
    [
      'Mutation',
      'signUp signIn refreshToken addToCart updateCartLine removeCartLine placeOrder cancelOrder addReview ' +
        'updateProduct adjustStock markNotificationsRead trackEvents',
    ],
    [
      'Subscription',
      'productChanged stockChanged priceChanged orderStatusChanged reviewAdded notificationReceived',
    ],
  ])('keeps the names of %s', (root, names) => {
    const type = schema.getType(root);
    const fields = isObjectType(type) ? Object.keys(type.getFields()) : [];
    expect(fields).toEqual(expect.arrayContaining(names.split(' ')));
  });

  it('gives every mutation one required input with an optional clientMutationId, which comes back', () => {
    for (const { name, args, type } of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      expect(
        args.map((arg) => `${arg.name}: ${String(arg.type)}`),
        name,
      ).toEqual([expect.stringMatching(/^input: \w+Input!$/)]);
      const input = schema.getType(String(args[0]?.type).replace('!', ''));
      expect(isInputObjectType(input) && String(input.getFields()['clientMutationId']?.type), name).toBe(
        'String',
      );
      const payload = schema.getType(String(type).replace('!', ''));
      expect(isObjectType(payload) && String(payload.getFields()['clientMutationId']?.type), name).toBe(
        'String',
      );
    }
  });
});
