/** Serves the metrics to whoever scrapes them, in the format that they ask for. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Controller, Get, Headers, Inject, Res, UnauthorizedException } from '@nestjs/common';
import { PrometheusController } from '@willsoto/nestjs-prometheus';
import { contentTypes, formatFor } from './core/metrics/exposition.js';
import { MetricsPage } from './core/metrics/metrics-page.js';
import type { MonitoringOptions } from './monitoring.options.js';
import { MONITORING_OPTIONS } from './monitoring.tokens.js';

/** What Express's and Fastify's replies have in common. */
interface Reply {
  header(name: string, value: string): unknown;
}

/** Equal lengths, whatever is sent: how long the comparison takes says nothing of the token. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

@Controller()
export class MetricsController extends PrometheusController {
  constructor(
    private readonly page: MetricsPage,
    @Inject(MONITORING_OPTIONS) private readonly options: MonitoringOptions,
  ) {
    super();
  }

  @Get()
  override async index(
    @Res({ passthrough: true }) reply: Reply,
    @Headers('accept') accept?: string,
    @Headers('authorization') authorization?: string,
  ): Promise<string> {
    this.#authorise(reply, authorization);
    const format = formatFor(accept);
    const text = await this.page.write(format);
    reply.header('content-type', contentTypes[format]);
    reply.header('cache-control', 'no-store');
    reply.header('vary', 'accept');
    return text;
  }

  #authorise(reply: Reply, authorization: string | undefined): void {
    const { token } = this.options.metrics;
    if (token === undefined) return;
    const isRight = timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${token}`));
    if (isRight) return;
    reply.header('www-authenticate', 'Bearer');
    throw new UnauthorizedException('The metrics need the bearer token that was set for them.');
  }
}
