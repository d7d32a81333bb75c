/** Shows GraphiQL to browsers that open /graphql in development; everything it needs comes from this server. */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A development dependency, named in a way that the production build does not look for it. */
const rendererPackage: string = '@graphql-yoga/render-graphiql';

interface Renderer {
  renderGraphiQL(options: Readonly<Record<string, string>>): string;
}

/** Undefined where the package is not installed. */
async function renderPage(): Promise<string | undefined> {
  try {
    const { renderGraphiQL } = (await import(rendererPackage)) as Renderer;
    return renderGraphiQL({ title: 'Swiftlet', endpoint: '/graphql', subscriptionsProtocol: 'WS' });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** The page's own script by its hash, its editor's workers from blobs, and no other server. */
function policyFor(page: string): string {
  const script = page.slice(page.indexOf('<script>') + '<script>'.length, page.lastIndexOf('</script>'));
  const hash = createHash('sha256').update(script).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash}' blob:`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    "img-src 'self' data:",
    'font-src data:',
    "connect-src 'self' ws: wss:",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Browsers name HTML when they open a page; clients of the API name JSON, or nothing. */
function opensPage({ method, url, headers: { accept = '' } }: FastifyRequest): boolean {
  return method === 'GET' && url === '/graphql' && accept.includes('text/html') && !accept.includes('json');
}

export async function serveGraphiql(server: FastifyInstance): Promise<void> {
  const page = await renderPage();
  if (page === undefined) return;
  const policy = policyFor(page);
  server.addHook('onRequest', (request, reply, done) => {
    if (!opensPage(request)) return done();
    void reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .header('cache-control', 'no-store')
      .send(page);
  });
}
