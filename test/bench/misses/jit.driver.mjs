/** graphql-jit behind Apollo's `gateway` option, with nothing done about where it differs from graphql. */
import { ApolloDriver } from '@nestjs/apollo';
import { compileQuery } from 'graphql-jit';

export class JitDriver extends ApolloDriver {
  async start(options) {
    const { schema } = options;
    const compiled = new WeakMap();
    const listeners = [];
    const executor = async ({ document, context, request }) => {
      let query = compiled.get(document);
      if (query === undefined) {
        query = compileQuery(schema, document, request.operationName);
        compiled.set(document, query);
      }
      return query.query({}, context, request.variables);
    };
    const gateway = {
      onSchemaLoadOrUpdate: (listener) => void listeners.push(listener),
      load: async () => {
        for (const listener of listeners) listener({ apiSchema: schema, coreSupergraphSdl: '' });
        return { executor };
      },
      stop: async () => {},
    };
    await super.start({ ...options, gateway });
  }
}
