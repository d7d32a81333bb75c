/** A Redis of a test's own, which may be hung, killed and started again, and tells which commands it was sent. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './api-process.js';

const startTimeoutMs = 20_000;

export class RedisServer {
  #child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly extraArguments: readonly string[],
  ) {}

  /** @param extraArguments as on the command line of redis-server, which must be on the PATH; nothing is kept over a stop. */
  static async start(...extraArguments: string[]): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'redis-of-a-test-'));
    const server = new RedisServer(await freePort(), folder, extraArguments);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Again on the same port, empty. */
  async start(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--dir', this.folder];
    const child = spawn('redis-server', [...options, ...this.extraArguments], { stdio: 'ignore' });
    this.#child = child;
    let failure: Error | undefined;
    child.once('error', (error) => (failure = error));
    const deadlineMs = Date.now() + startTimeoutMs;
    while (!(await this.#answers())) {
      if (failure !== undefined || child.exitCode !== null || Date.now() > deadlineMs)
        throw new Error('redis-server did not start; is it on the PATH?', { cause: failure });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Connections are accepted by the kernel and never answered. */
  suspend(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Connections are refused from now on. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Begins to write down every command that any client sends. */
  async watch(): Promise<SentCommands> {
    const client = new Redis(this.url);
    const monitor = await client.monitor();
    return new SentCommands(client, monitor);
  }

  async #answers(): Promise<boolean> {
    const client = new Redis(this.url, { lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch {
      return false;
    } finally {
      client.disconnect();
    }
  }
}

export class SentCommands {
  readonly #sent: string[][] = [];

  constructor(
    private readonly client: Redis,
    private readonly monitor: Redis,
  ) {
    monitor.on('monitor', (_time: string, command: string[]) => this.#sent.push(command));
  }

  /** Everything sent so far, each as its words, the name in capitals. */
  async all(): Promise<readonly (readonly string[])[]> {
    const mark = randomUUID();
    await this.client.echo(mark);
    while (!this.#sent.some(([, word]) => word === mark)) await once(this.monitor, 'monitor');
    return this.#sent
      .filter(([name = '']) => name.toLowerCase() !== 'echo')
      .map(([name = '', ...words]) => [name.toUpperCase(), ...words]);
  }

  async names(): Promise<ReadonlySet<string>> {
    return new Set((await this.all()).map(([name = '']) => name));
  }

  close(): void {
    this.monitor.disconnect();
    this.client.disconnect();
  }
}
