import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import {
  createParamDecorator,
  Injectable,
  Module,
  Scope,
  UseGuards,
  UsePipes,
  type CanActivate,
  type ExecutionContext,
  type PipeTransform,
  type Provider,
} from '@nestjs/common';
import { APP_GUARD, APP_PIPE, NestFactory } from '@nestjs/core';
import {
  Args,
  ArgsType,
  Context,
  Field,
  GraphQLModule,
  Info,
  Int,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { GraphQLResolveInfo } from 'graphql';
import { of } from 'rxjs';
import { expect, it } from 'vitest';
import { CompiledDriver } from './compiled.driver.js';

interface Marked {
  readonly mark: string;
}

/** What guards and pipes were asked, in order. */
const asked: string[] = [];

@Injectable()
class NamedGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    asked.push(`guard of ${context.getHandler().name}`);
    return context.getHandler().name !== 'forbidden';
  }
}

@Injectable()
class Doubling implements PipeTransform {
  transform(value: unknown): unknown {
    asked.push(`pipe of ${typeof value}`);
    return typeof value === 'number' ? value * 2 : value;
  }
}

const Own = createParamDecorator(
  (data: string, context: ExecutionContext) => `${data} of ${context.getHandler().name}`,
);

@ArgsType()
class Range {
  @Field(() => Int, { name: 'from' })
  start: number;
}

@ArgsType()
class Counted {
  @Field(() => Int, { nullable: true })
  n: number | undefined;
}

@ObjectType()
class Thing {
  @Field(() => Int)
  id: number;
}

@Resolver(() => Thing)
class ThingResolver {
  #calls = 0;

  @Query(() => [Thing])
  things(): Thing[] {
    return [{ id: 1 }, { id: 2 }];
  }

  @ResolveField(() => String)
  parent(@Parent() { id }: Thing): string {
    return `${this.constructor.name} ${id} ${++this.#calls}`;
  }

  @ResolveField(() => String)
  placed(@Info() { path }: GraphQLResolveInfo, @Parent() parent: Thing, @Context() { mark }: Marked): string {
    return JSON.stringify([path.key, parent, mark]);
  }

  @ResolveField(() => String)
  asked(
    @Context('mark') mark: string,
    @Args('n', { type: () => Int }) n: number,
    @Args() all: Counted,
  ): string {
    return JSON.stringify([mark, n, all]);
  }

  @ResolveField(() => Int)
  ranged(@Args() range: Range): number {
    return range.start;
  }

  @ResolveField(() => Int)
  piped(@Args({ name: 'n', type: () => Int }, Doubling) n: number): number {
    return n;
  }

  @ResolveField(() => Int)
  @UsePipes(Doubling)
  pipedMethod(@Args('n', { type: () => Int }) n: number): number {
    return n;
  }

  @ResolveField(() => String, { nullable: true })
  @UseGuards(NamedGuard)
  forbidden(@Parent() { id }: Thing): string {
    return `secret ${id}`;
  }

  @ResolveField(() => String)
  @UseGuards(NamedGuard)
  allowed(@Parent() { id }: Thing): string {
    return `known ${id}`;
  }

  @ResolveField(() => String)
  own(@Own('mark') mark: string): string {
    return mark;
  }

  @ResolveField(() => String)
  observed(@Parent() { id }: Thing) {
    return of('first', `last ${id}`);
  }

  @ResolveField(() => String)
  async observedLater(@Parent() { id }: Thing) {
    return of(`last ${id}`);
  }

  @ResolveField(() => String, { nullable: true })
  throwing(@Parent() { id }: Thing): string {
    throw new Error(`thrown ${id}`);
  }

  @ResolveField(() => String)
  bare(): string {
    return 'bare';
  }
}

@Resolver(() => Thing)
@UseGuards(NamedGuard)
class GuardedResolver {
  @ResolveField(() => Int)
  guardedByClass(@Parent() { id }: Thing): number {
    return id;
  }
}

@Resolver(() => Thing)
class UnguardedResolver {
  @ResolveField(() => Int)
  inherited(@Parent() { id }: Thing): number {
    return id;
  }
}

@Resolver(() => Thing)
class InheritingResolver extends UnguardedResolver {}

@Injectable({ scope: Scope.REQUEST })
class Counter {
  count = 0;
}

@Resolver(() => Thing)
class ScopedResolver {
  constructor(private readonly counter: Counter) {}

  @ResolveField(() => Int)
  scoped(@Parent() { id }: Thing): number {
    return id * ++this.counter.count;
  }
}

const query = `{
  things {
    id parent placed asked(n: 3) ranged(from: 4) piped(n: 5) pipedMethod(n: 6) forbidden allowed own observed observedLater
    throwing bare guardedByClass inherited scoped
  }
}`;

async function told(driver: typeof ApolloDriver, enhancers: readonly string[], providers: Provider[]) {
  asked.length = 0;
  const options: ApolloDriverConfig = {
    driver,
    autoSchemaFile: true,
    fieldResolverEnhancers: enhancers as ('guards' | 'interceptors' | 'filters')[],
    context: () => ({ mark: 'of the context' }),
    includeStacktraceInErrorResponses: false,
  };
  class ThingsModule {}
  const resolvers = [ThingResolver, GuardedResolver, InheritingResolver, ScopedResolver];
  Module({
    imports: [GraphQLModule.forRoot(options)],
    providers: [...resolvers, NamedGuard, Doubling, Counter, ...providers],
  })(ThingsModule);
  const adapter = new FastifyAdapter();
  const app = await NestFactory.create<NestFastifyApplication>(ThingsModule, adapter, { logger: false });
  await app.init();
  const answer = await app.inject({ method: 'POST', url: '/graphql', payload: { query } });
  await app.close();
  const { data, errors } = answer.json<{ data: unknown; errors: { path: unknown[] }[] }>();
  // Errors come in the order of their making, which says nothing.
  const placed = Object.fromEntries(errors.map((error) => [error.path.join('.'), error]));
  return { data, placed, asked: asked.toSorted() };
}

it.each([
  ['without enhancers of fields', [], []],
  ['with guards of fields', ['guards'], []],
  ['with a guard for all fields', ['guards'], [{ provide: APP_GUARD, useClass: NamedGuard }]],
  ['with a pipe for all parameters', ['guards'], [{ provide: APP_PIPE, useClass: Doubling }]],
  ['with all enhancers of fields', ['guards', 'interceptors', 'filters'], []],
])('fields are resolved as by the driver of Nest, %s', async (_, enhancers, providers) => {
  const expected = await told(ApolloDriver, enhancers, providers);
  expect(await told(CompiledDriver, enhancers, providers)).toEqual(expected);
});
