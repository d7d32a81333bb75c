import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Shutdown, STOP_ORDER, signalExitCode } from './shutdown.mjs';

describe('Shutdown', () => {
  it('stops the API first and PostgreSQL after Redis, in whatever order they were started', async () => {
    const shutdown = new Shutdown();
    const stopped = [];
    for (const name of ['postgres', 'folder', 'api', 'redis', 'task']) {
      shutdown.add({ order: STOP_ORDER[name], stop: async () => void stopped.push(name) });
    }
    await shutdown.stopAll();
    expect(stopped).toEqual(['task', 'api', 'redis', 'postgres', 'folder']);
  });

  it('stops also what joins while it is stopping', async () => {
    const shutdown = new Shutdown();
    const stopped = [];
    const late = { order: STOP_ORDER.task, stop: () => void stopped.push('late') };
    shutdown.add({ order: STOP_ORDER.api, stop: () => void shutdown.add(late) });
    await shutdown.stopAll();
    expect(stopped).toEqual(['late']);
  });

  it('forgets what has ended', async () => {
    const shutdown = new Shutdown();
    const forget = shutdown.add({ order: STOP_ORDER.api, stop: () => Promise.reject(new Error('gone')) });
    forget();
    await expect(shutdown.stopAll()).resolves.toBeUndefined();
  });
});

function listening() {
  const clock = { nowMs: 1_000 };
  const source = new EventEmitter();
  const shutdown = new Shutdown(() => clock.nowMs);
  const events = [];
  shutdown.add({ order: STOP_ORDER.api, stop: () => undefined, kill: () => events.push('killed') });
  const ignore = shutdown.listen(source, (code) => events.push(`exit ${code}`));
  return { clock, source, shutdown, events, ignore };
}

describe('signals', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s interrupts', async (signal) => {
    const { source, shutdown } = listening();
    source.emit(signal);
    expect(await shutdown.interrupted).toBe(signal);
  });

  it('takes the copies of one Ctrl-C that npm and the terminal send for one', () => {
    const { clock, source, events } = listening();
    source.emit('SIGINT');
    clock.nowMs += 20;
    source.emit('SIGINT');
    expect(events).toEqual([]);
  });

  it('kills what is left at a second Ctrl-C', () => {
    const { clock, source, events } = listening();
    source.emit('SIGINT');
    clock.nowMs += 900;
    source.emit('SIGINT');
    expect(events).toEqual(['killed', 'exit 130']);
  });

  it('leaves them to someone else when asked to', () => {
    const { source, ignore } = listening();
    ignore();
    expect(source.eventNames()).toEqual([]);
  });

  it('exits as a shell would say it', () => {
    expect([signalExitCode('SIGHUP'), signalExitCode('SIGTERM')]).toEqual([129, 143]);
  });
});
