/** Asks the shop over HTTP, as a browser or an app would, each request with a token of its own or without one. */
export interface Reply {
  readonly body: string;
  readonly cacheStatus: string;
}

export class ShopClient {
  constructor(private readonly url: string) {}

  /** @throws Error for whatever is no answer. */
  async ask(body: string, token: string | undefined, isPastCaches = false): Promise<Reply> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(isPastCaches && { 'cache-control': 'no-cache' }),
      },
      body,
    });
    const text = await response.text();
    if (!response.ok || text.startsWith('{"errors"'))
      throw new Error(`${body} is answered with ${response.status} ${text.slice(0, 500)}`);
    return { body: text, cacheStatus: response.headers.get('cache-status') ?? '' };
  }

  /** The data as it is now. */
  async read<Data>(query: string, variables: object = {}, token?: string): Promise<Data> {
    const { body } = await this.ask(JSON.stringify({ query, variables }), token, true);
    return (JSON.parse(body) as { readonly data: Data }).data;
  }

  /** @returns the field's payload; undefined when the shop has refused, as it does the second review of a product. */
  async mutate<Payload>(
    field: string,
    input: object,
    selection: string,
    token?: string,
  ): Promise<Payload | undefined> {
    const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} } }`;
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables: { input } }),
    });
    const { data } = (await response.json()) as { data?: Record<string, Payload> | null };
    return data?.[field];
  }
}
