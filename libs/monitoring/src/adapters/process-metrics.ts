/**
 * What the process takes: processor, memory, heap by space, file descriptors, whatever keeps it open. Names as Prometheus'
 * clients have them; prom-client's own collectors cannot be chosen one by one, stopped, or read by other sinks.
 */
import { readdir, readFile } from 'node:fs/promises';
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import type { Gauge, MetricRegistry } from '../core/metrics/metric-registry.js';
import type { CounterSeries } from '../core/metrics/series.js';

function raiseTo(series: CounterSeries, total: number): void {
  series.add(total - series.value);
}

async function maximumOpenFiles(): Promise<number | undefined> {
  const limits = await readFile('/proc/self/limits', 'utf8');
  const softLimit = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return softLimit === undefined ? undefined : Number(softLimit);
}

function watchProcessor(registry: MetricRegistry): void {
  const user = registry.counter({
    name: 'process_cpu_user_seconds_total',
    help: 'Time on the processor in the program itself.',
  });
  const system = registry.counter({
    name: 'process_cpu_system_seconds_total',
    help: 'Time on the processor in the operating system.',
  });
  const both = registry.counter({ name: 'process_cpu_seconds_total', help: 'Time on the processor.' });
  registry.beforeSnapshot(() => {
    const used = process.cpuUsage();
    raiseTo(user.series(), used.user / 1e6);
    raiseTo(system.series(), used.system / 1e6);
    raiseTo(both.series(), (used.user + used.system) / 1e6);
  });
}

function watchMemory(registry: MetricRegistry): void {
  const gauge = (name: string, help: string) => registry.gauge({ name, help }).series();
  const resident = gauge('process_resident_memory_bytes', 'Memory that the process holds.');
  const total = gauge('nodejs_heap_size_total_bytes', 'Memory that the heap has taken.');
  const used = gauge('nodejs_heap_size_used_bytes', 'Memory of the heap that is in use.');
  const limit = gauge('nodejs_heap_size_limit_bytes', 'Memory that the heap may take at most.');
  const external = gauge('nodejs_external_memory_bytes', 'Memory of objects outside the heap.');
  const buffers = gauge('nodejs_array_buffers_bytes', 'Memory of buffers; a part of the external memory.');
  registry.beforeSnapshot(() => {
    const memory = process.memoryUsage();
    resident.set(memory.rss);
    total.set(memory.heapTotal);
    used.set(memory.heapUsed);
    limit.set(getHeapStatistics().heap_size_limit);
    external.set(memory.external);
    buffers.set(memory.arrayBuffers);
  });
}

function watchHeapSpaces(registry: MetricRegistry): void {
  const gauge = (name: string, help: string) => registry.gauge({ name, help, labelNames: ['space'] });
  const total = gauge('nodejs_heap_space_size_total_bytes', 'Memory that a space of the heap has taken.');
  const used = gauge('nodejs_heap_space_size_used_bytes', 'Memory of a space of the heap that is in use.');
  const available = gauge(
    'nodejs_heap_space_size_available_bytes',
    'Memory of a space of the heap that is free.',
  );
  registry.beforeSnapshot(() => {
    for (const statistics of getHeapSpaceStatistics()) {
      const space = statistics.space_name.replace(/_space$/, '');
      total.set(statistics.space_size, space);
      used.set(statistics.space_used_size, space);
      available.set(statistics.space_available_size, space);
    }
  });
}

function setActiveResources(gauge: Gauge): void {
  for (const series of gauge.all()) series.set(0);
  for (const type of process.getActiveResourcesInfo()) gauge.add(1, type);
}

function watchResources(registry: MetricRegistry): void {
  const active = registry.gauge({
    name: 'nodejs_active_resources',
    help: 'What keeps the event loop going, by type.',
    labelNames: ['type'],
  });
  registry.beforeSnapshot(() => setActiveResources(active));
  // Only where there is /proc: elsewhere the metrics are not there, rather than zero.
  if (process.platform !== 'linux') return;
  const open = registry.gauge({ name: 'process_open_fds', help: 'Open file descriptors.' });
  const most = registry.gauge({
    name: 'process_max_fds',
    help: 'File descriptors that may be open at most.',
  });
  registry.beforeSnapshot(async () => {
    // One of them is the folder being read.
    open.set((await readdir('/proc/self/fd')).length - 1);
  });
  registry.beforeSnapshot(async () => most.set((await maximumOpenFiles()) ?? Infinity));
}

export function watchProcess(registry: MetricRegistry, release: string): void {
  const startedAt = registry.gauge({
    name: 'process_start_time_seconds',
    help: 'Unix time at which the process was started.',
  });
  startedAt.set(Date.now() / 1_000 - process.uptime());
  registry
    .gauge({
      name: 'swiftlet_build_info',
      help: 'Always 1; the labels say which code runs on which Node.',
      labelNames: ['release', 'node_version'],
    })
    .set(1, release, process.version);
  watchProcessor(registry);
  watchMemory(registry);
  watchHeapSpaces(registry);
  watchResources(registry);
}
