import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import {
  Injectable,
  Module,
  SetMetadata,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import {
  Args,
  Context,
  Field,
  GraphQLModule,
  ID,
  Info,
  Int,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { GraphQLResolveInfo } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Cached } from './cached.decorator.js';
import { CachedValues } from './core/cached-values.js';
import { currentReads, recordReads } from './core/reads-recorder.js';
import { watchScope } from './core/scope.js';
import { readRow, ValueNode } from './testing/value-node.js';

interface Viewer {
  readonly role: string;
}

let ran: string[] = [];

class RoleGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    const marked = Reflect.getMetadata('marked', execution.getHandler()) as string | undefined;
    ran.push(`guard ${marked}`);
    return true;
  }
}

@Injectable()
class Prices {
  readonly #currency = 'EUR';

  @Cached({ tags: ['prices'] })
  async priceOf(id: string, factor = 1): Promise<string> {
    ran.push(`price ${id}`);
    readRow('prices', id);
    await Promise.resolve();
    return `${Number(id) * factor} ${this.#currency}`;
  }

  @Cached({ ttlMs: 1_000 })
  async dayAfter(day: Date): Promise<Date> {
    ran.push('day');
    return Promise.resolve(new Date(day.getTime() + 86_400_000));
  }

  @Cached()
  async greeting(viewer: Viewer): Promise<string> {
    ran.push('greeting');
    return Promise.resolve(`dear ${viewer.role}`);
  }

  @Cached()
  async called(speak: () => string): Promise<string> {
    ran.push('called');
    return Promise.resolve(speak());
  }

  @Cached({ key: ({ id }: { id: string; note: string }) => [id] })
  async byId({ id }: { id: string; note: string }): Promise<string> {
    ran.push(`by id ${id}`);
    return Promise.resolve(id);
  }
}

@ObjectType()
class Item {
  @Field(() => ID)
  readonly id!: string;
}

@Resolver(() => Item)
class ItemResolver {
  constructor(private readonly prices: Prices) {}

  @Query(() => Item)
  @Cached()
  @SetMetadata('marked', 'below')
  @UseGuards(RoleGuard)
  async item(@Args('id', { type: () => ID }) id: string): Promise<Item> {
    ran.push(`item ${id}`);
    return Promise.resolve({ id });
  }

  @ResolveField(() => String)
  @SetMetadata('marked', 'above')
  @UseGuards(RoleGuard)
  @Cached({ key: ({ id }: Item, factor: number) => [id, factor] })
  async price(
    @Parent() item: Item,
    @Args('factor', { type: () => Int }) factor: number,
    @Context() { viewer }: { viewer: Viewer },
  ): Promise<string> {
    ran.push(`field ${item.id}`);
    return `${await this.prices.priceOf(item.id, factor)} ${viewer.role}`;
  }

  @ResolveField(() => Int)
  @Cached()
  async selectionSize(@Parent() _item: Item, @Info() info: GraphQLResolveInfo): Promise<number> {
    ran.push('selection');
    return Promise.resolve(info.fieldNodes[0]?.alias?.value.length ?? 0);
  }
}

let node: ValueNode;
let app: NestFastifyApplication;

/** Two applications in one process have a cache each. */
async function startApp(): Promise<{ app: NestFastifyApplication; node: ValueNode }> {
  const itsNode = await new ValueNode().start();
  @Module({
    imports: [
      GraphQLModule.forRoot<ApolloDriverConfig>({
        driver: ApolloDriver,
        autoSchemaFile: true,
        fieldResolverEnhancers: ['guards'],
        context: ({ headers }: { headers: { role?: string } }) => ({
          req: headers,
          viewer: watchScope({ role: headers.role ?? 'anonymous' }, { role: 'role' }, (level) =>
            currentReads()?.narrow(level),
          ),
        }),
      }),
    ],
    providers: [Prices, ItemResolver, RoleGuard, { provide: CachedValues, useValue: itsNode.values }],
  })
  class TestModule {}
  const testing = await Test.createTestingModule({ imports: [TestModule] }).compile();
  const itsApp = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  const server = itsApp.getHttpAdapter().getInstance();
  server.addHook('preHandler', (request, _reply, done) =>
    recordReads(itsNode.recorder({ role: String(request.headers['role'] ?? 'anonymous') }), done),
  );
  await itsApp.init();
  await server.ready();
  return { app: itsApp, node: itsNode };
}

async function ask(query: string, role = 'anonymous'): Promise<unknown> {
  const response = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { role },
    payload: { query },
  });
  return response.json<{ data: unknown }>().data;
}

beforeAll(async () => {
  ({ app, node } = await startApp());
});
afterAll(() => app.close());
beforeEach(() => {
  ran = [];
  node.memory.clear();
});

describe('a cached method of a service', () => {
  it('keeps its instance, runs once for equal arguments, and again after what it has read has changed', async () => {
    const prices = app.get(Prices);
    const read = async () => node.answer(() => prices.priceOf('2', 3));
    expect([await read(), await read()]).toEqual(['6 EUR', '6 EUR']);
    expect(ran).toEqual(['price 2']);
    await node.change('prices', '2');
    await read();
    await node.log.append({ changes: [], tags: ['prices'] });
    await read();
    expect(ran).toEqual(['price 2', 'price 2', 'price 2']);
  });

  it('tells its arguments apart, those that are left out as well', async () => {
    const prices = app.get(Prices);
    const read = (...args: [string, number?]) => node.answer(() => prices.priceOf(...args));
    expect([await read('2'), await read('2', 1), await read('2', 2)]).toEqual(['2 EUR', '2 EUR', '4 EUR']);
    expect(ran).toHaveLength(3);
  });

  it('gives back dates as dates, until its time is over', async () => {
    const prices = app.get(Prices);
    const read = () => node.answer(() => prices.dayAfter(new Date(0)));
    expect([await read(), await read()]).toEqual([new Date(86_400_000), new Date(86_400_000)]);
    node.nowMs += 1_000;
    await read();
    expect(ran).toEqual(['day', 'day']);
  });

  it('is given a watched viewer without a place in the key, and shared by what it reads of it', async () => {
    const prices = app.get(Prices);
    const readAs = (role: string) =>
      node.answer(
        () =>
          prices.greeting(watchScope({ role }, { role: 'role' }, (level) => currentReads()?.narrow(level))),
        node.recorder({ role }),
      );
    expect([await readAs('staff'), await readAs('customer'), await readAs('staff')]).toEqual([
      'dear staff',
      'dear customer',
      'dear staff',
    ]);
    expect(ran).toHaveLength(2);
  });

  it('runs each time when an argument fits into no key', async () => {
    const prices = app.get(Prices);
    await node.answer(() => prices.called(() => 'a'));
    expect(await node.answer(() => prices.called(() => 'b'))).toBe('b');
  });

  it('looks at the chosen part of its arguments only', async () => {
    const prices = app.get(Prices);
    await node.answer(() => prices.byId({ id: '1', note: 'a' }));
    await node.answer(() => prices.byId({ id: '1', note: 'b' }));
    expect(ran).toEqual(['by id 1']);
  });

  it('works without any cache', async () => {
    const prices = new Prices();
    expect([await prices.priceOf('2'), await prices.priceOf('2')]).toEqual(['2 EUR', '2 EUR']);
    expect(ran).toHaveLength(2);
  });

  it('has the cache of its own application', async () => {
    const other = await startApp();
    await node.answer(() => app.get(Prices).priceOf('2'));
    await other.node.answer(() => other.app.get(Prices).priceOf('2'));
    expect(ran).toHaveLength(2);
    await other.app.close();
  });
});

describe('a cached resolver', () => {
  it('still has its guards called on a hit, with what was declared above and below it', async () => {
    const query = '{ item(id: 3) { id price(factor: 2) } }';
    expect(await ask(query)).toEqual({ item: { id: '3', price: '6 EUR anonymous' } });
    expect(await ask(query)).toEqual({ item: { id: '3', price: '6 EUR anonymous' } });
    expect(ran).toEqual([
      'guard below', 'item 3', 'guard above', 'field 3', 'price 3',
      'guard below', 'guard above',
    ]); // prettier-ignore
  });

  it('is shared by what it reads of the viewer', async () => {
    const query = '{ item(id: 3) { price(factor: 2) } }';
    expect(await ask(query, 'staff')).toEqual({ item: { price: '6 EUR staff' } });
    expect(await ask(query, 'customer')).toEqual({ item: { price: '6 EUR customer' } });
  });

  it('that takes the info is kept for each selection by itself', async () => {
    expect(await ask('{ item(id: 3) { a: selectionSize abc: selectionSize } }')).toEqual({
      item: { a: 1, abc: 3 },
    });
  });
});
