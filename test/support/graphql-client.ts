/** The smallest GraphQL client that a test can read at a glance. */
export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface GraphqlAnswer<Data> {
  readonly status: number;
  readonly headers: Headers;
  readonly data?: Data | null;
  readonly errors?: readonly GraphqlError[];
}

export type Variables = Readonly<Record<string, unknown>>;

export class GraphqlClient {
  constructor(
    readonly url: string,
    readonly accessToken?: string,
  ) {}

  /** Whatever the server says, errors included. */
  async ask<Data = Record<string, unknown>>(
    query: string,
    variables: Variables = {},
  ): Promise<GraphqlAnswer<Data>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.accessToken === undefined ? {} : { authorization: `Bearer ${this.accessToken}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as Pick<GraphqlAnswer<Data>, 'data' | 'errors'>;
    return { status: response.status, headers: response.headers, ...answer };
  }

  /** The data; any error fails the test with its text. */
  async data<Data = Record<string, unknown>>(query: string, variables: Variables = {}): Promise<Data> {
    const { data, errors } = await this.ask<Data>(query, variables);
    if (errors !== undefined || data === undefined || data === null) {
      throw new Error(`The query failed: ${JSON.stringify(errors)}`);
    }
    return data;
  }

  /** The code of the first error; undefined when there is none. */
  async errorCode(query: string, variables: Variables = {}): Promise<unknown> {
    return (await this.ask(query, variables)).errors?.[0]?.extensions?.['code'];
  }

  as(accessToken: string): GraphqlClient {
    return new GraphqlClient(this.url, accessToken);
  }
}
