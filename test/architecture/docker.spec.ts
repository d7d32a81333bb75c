/** The container files are read as a container engine would read them, as far as that goes without one. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = new URL('../../', import.meta.url).pathname;
const read = (file: string) => readFile(`${root}${file}`, 'utf8');

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly volumes?: readonly string[];
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** Instructions with their continued lines joined, comments left out. */
async function instructions(): Promise<{ word: string; rest: string }[]> {
  const text = (await read('docker/Dockerfile')).replace(/^\s*#.*$/gm, '').replace(/\\\n/g, ' ');
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .map((line) => ({ word: line.split(/\s+/, 1)[0] ?? '', rest: line.replace(/^\S+\s*/, '') }));
}

describe('docker/Dockerfile', () => {
  it('copies only what the repository has', async () => {
    const copied = (await instructions())
      .filter(({ word, rest }) => word === 'COPY' && !rest.startsWith('--from='))
      .flatMap(({ rest }) => rest.split(/\s+/).slice(0, -1));
    expect(copied.length).toBeGreaterThan(5);
    expect(copied.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
  });

  it('copies between stages that are there', async () => {
    const all = await instructions();
    const stages = all.filter(({ word }) => word === 'FROM').map(({ rest }) => rest.split(/ AS /i)[1]);
    const sources = all.flatMap(({ rest }) => /--from=(\S+)/.exec(rest)?.[1] ?? []);
    expect(stages.length).toBeGreaterThan(1);
    expect(sources.filter((source) => !stages.includes(source))).toEqual([]);
  });

  it('runs the built entry as a user without rights, in production', async () => {
    const all = await instructions();
    const last = all.slice(all.findLastIndex(({ word }) => word === 'FROM'));
    expect(last.find(({ word }) => word === 'USER')?.rest).toBe('node');
    expect(last.find(({ word }) => word === 'ENV')?.rest).toContain('NODE_ENV=production');
    expect(JSON.parse(last.find(({ word }) => word === 'CMD')?.rest ?? '')).toEqual([
      'node',
      'dist/apps/api/src/main.js',
    ]);
  });
});

describe('docker/compose.yaml', () => {
  it('starts what it depends on, and waits for the health that is defined', async () => {
    const { services } = parse(await read('docker/compose.yaml'), { merge: true }) as Compose;
    expect(Object.keys(services).toSorted()).toEqual(['api', 'migrate', 'postgres', 'redis', 'varnish']);
    for (const [name, { depends_on = {} }] of Object.entries(services)) {
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        expect(services, `${name} needs ${needed}`).toHaveProperty(needed);
        if (condition === 'service_healthy') expect(services[needed]?.healthcheck, needed).toBeDefined();
      }
    }
  });

  it('names every volume that it uses, and files that are there', async () => {
    const { services, volumes } = parse(await read('docker/compose.yaml'), { merge: true }) as Compose;
    const mounts = Object.values(services).flatMap((service) => service.volumes ?? []);
    const sources = mounts.map((volume) => volume.split(':')[0] ?? '');
    const used = sources.filter((source) => !source.startsWith('.'));
    expect(used.toSorted()).toEqual(Object.keys(volumes).toSorted());
    const folders = sources.filter((source) => source.startsWith('.'));
    expect(folders.filter((folder) => !existsSync(`${root}docker/${folder}`))).toEqual([]);
    for (const { build } of Object.values(services)) {
      if (build !== undefined)
        expect(existsSync(`${root}docker/${build.context}/${build.dockerfile}`)).toBe(true);
    }
  });

  it('purges the Varnish that it starts, by the configuration that the tests prove', async () => {
    const { services } = parse(await read('docker/compose.yaml'), { merge: true }) as Compose;
    const { varnish, api } = services;
    expect(varnish?.profiles).toEqual(['cdn']);
    expect(varnish?.volumes).toEqual(['./varnish:/etc/varnish:ro']);
    expect(varnish?.command?.join(' ')).toContain('http_gzip_support=off');
    expect(api?.environment).toMatchObject({
      CDN_PURGE: '${CDN_PURGE:-}',
      CDN_VARNISH_URLS: 'http://varnish:80',
    });
    expect(await read('docker/varnish/backend.vcl')).toContain('.host = "api"');
  });

  it('holds no secret: each is demanded from outside', async () => {
    const { services } = parse(await read('docker/compose.yaml'), { merge: true }) as Compose;
    expect(services['api']?.environment?.['JWT_SECRET']).toMatch(/^\$\{JWT_SECRET:\?/);
    expect(services['postgres']?.environment?.['POSTGRES_PASSWORD']).toMatch(/^\$\{POSTGRES_PASSWORD:\?/);
  });
});
