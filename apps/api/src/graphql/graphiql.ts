/** Shows GraphiQL to browsers that open /graphql in development; everything it needs comes from this server. */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** A development dependency, named in a way that the production build does not look for it. */
const rendererPackage: string = '@graphql-yoga/render-graphiql';

interface Renderer {
  renderGraphiQL(options: Readonly<Record<string, string>>): string;
}

/** Undefined where the package is not installed. */
async function renderPage(): Promise<string | undefined> {
  try {
    const renderer = (await import(rendererPackage)) as Renderer;
    return renderer.renderGraphiQL({ title: 'Swiftlet', endpoint: '/graphql', subscriptionsProtocol: 'WS' });
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
  const isPage = method === 'GET' && url.split('?')[0] === '/graphql';
  return isPage && accept.includes('text/html') && !accept.includes('json');
}

interface Page {
  readonly html: string;
  readonly policy: string;
}

async function loadPage(): Promise<Page | undefined> {
  const html = await renderPage();
  return html === undefined ? undefined : { html, policy: policyFor(html) };
}

export function serveGraphiql(server: FastifyInstance): void {
  // Nine megabytes, loaded when somebody wants to see them.
  let loading: Promise<Page | undefined> | undefined;

  async function show(reply: FastifyReply): Promise<void> {
    loading ??= loadPage();
    const page = await loading;
    if (page === undefined) return;
    await reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', page.policy)
      .header('cache-control', 'no-store')
      .send(page.html);
  }

  server.addHook('onRequest', async (request, reply) => {
    if (opensPage(request)) await show(reply);
  });
}
