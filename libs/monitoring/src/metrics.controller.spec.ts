import { Global, Injectable, Module } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { InjectMetric, makeCounterProvider, PrometheusModule } from '@willsoto/nestjs-prometheus';
import { register, type Counter } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PromClientMetrics } from './adapters/prom-client-metrics.js';
import { MetricRegistry } from './core/metrics/metric-registry.js';
import { MetricsPage } from './core/metrics/metrics-page.js';
import { MetricsController } from './metrics.controller.js';
import { monitoringOptionsSchema } from './monitoring.options.js';
import { MONITORING_OPTIONS } from './monitoring.tokens.js';

const registry = new MetricRegistry();

@Global()
@Module({
  providers: [
    { provide: MetricsPage, useFactory: () => new MetricsPage(registry, new PromClientMetrics()) },
    { provide: MONITORING_OPTIONS, useFactory: () => monitoringOptionsSchema.parse({ node: 'n' }) },
  ],
  exports: [MetricsPage, MONITORING_OPTIONS],
})
class Page {}

@Injectable()
class Parcels {
  constructor(@InjectMetric('parcels_total') readonly counter: Counter<'to'>) {}
}

describe(MetricsController.name, () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [
        Page,
        PrometheusModule.register({ controller: MetricsController, defaultMetrics: { enabled: false } }),
      ],
      providers: [
        makeCounterProvider({ name: 'parcels_total', help: 'Parcels sent.', labelNames: ['to'] }),
        Parcels,
      ],
    }).compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    await app.init();
  });
  afterAll(async () => {
    await app.close();
    register.removeSingleMetric('parcels_total');
  });

  it('shows what engineers count in a metric that Nest has injected, beside what we count', async () => {
    registry.counter({ name: 'ours_total', help: 'Ours.' }).add(1);
    app.get(Parcels).counter.inc({ to: 'Bergen' }, 3);
    const { body, headers } = await app.inject({ method: 'GET', url: '/metrics' });
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toContain('\nours_total 1\n');
    expect(body).toContain('# TYPE parcels_total counter\nparcels_total{to="Bergen"} 3\n');
  });
});
