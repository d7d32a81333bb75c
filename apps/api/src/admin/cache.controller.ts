/** The cache as administrators see it: what lies in it, why something does not, and how to end it. Figures are of this node. */
import {
  CacheOperations,
  type InspectedAnswer,
  type MemoryShare,
  type OperationFigures,
  type ShadowFigures,
  type WarmState,
} from '@app/caching';
import { Body, Controller, Get, HttpCode, Post, Query, UseGuards } from '@nestjs/common';
import { NotFound } from '../access/errors.js';
import { AdminGuard } from './admin.guard.js';
import { answersQuery, keyQuery, limitQuery, parsed, purgeBody, questionBody } from './cache.inputs.js';

@Controller('api/admin/v1/cache')
@UseGuards(AdminGuard)
export class CacheController {
  constructor(private readonly cache: CacheOperations) {}

  /** The answers in memory, the most-hit first. */
  @Get('answers')
  async answers(@Query() query: unknown): Promise<{ answers: InspectedAnswer[] }> {
    const { operation, limit } = parsed(answersQuery, query);
    return { answers: await this.cache.answers(operation, limit) };
  }

  @Get('inspection')
  inspect(@Query() query: unknown): InspectedAnswer {
    const { key } = parsed(keyQuery, query);
    const answer = this.cache.inspect(key);
    if (answer === undefined) throw new NotFound('An answer under this key');
    return answer;
  }

  /** By what a client asks: everything that lies here for it, the widest scope first. */
  @Post('inspection')
  @HttpCode(200)
  inspectQuestion(@Body() input: unknown): { answers: InspectedAnswer[] } {
    const { role, customerId, body, ...asked } = parsed(questionBody, input);
    const question = {
      ...asked,
      accept: asked.accept,
      body: body === undefined ? undefined : Buffer.from(body),
    };
    return { answers: this.cache.inspectQuestion(question, { role, user: customerId }) };
  }

  /** The operations that would gain the most from better caching first. */
  @Get('operations')
  async operations(@Query() query: unknown): Promise<{ operations: OperationFigures[] }> {
    return { operations: await this.cache.operations(parsed(limitQuery, query).limit) };
  }

  @Get('memory')
  async memory(): Promise<{ shares: MemoryShare[] }> {
    return { shares: await this.cache.memory() };
  }

  @Get('warm')
  async warm(@Query() query: unknown): Promise<WarmState> {
    return this.cache.warm(parsed(limitQuery, query).limit);
  }

  @Get('shadow')
  shadow(): ShadowFigures {
    const figures = this.cache.shadowFigures();
    if (figures === undefined) throw new NotFound('The shadow check');
    return figures;
  }

  /** Answered when every node is to end it: one record in the log, however much it ends. */
  @Post('purges')
  @HttpCode(202)
  async purge(@Body() input: unknown): Promise<{ sequence: number }> {
    return { sequence: await this.cache.purge(parsed(purgeBody, input)) };
  }
}
