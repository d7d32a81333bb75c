/** Relay's Node interface, and how a type says what its ids stand for. */
import { Field, ID, InterfaceType } from '@nestjs/graphql';
import type { GraphContext } from '../graph-context.js';

@InterfaceType('Node', {
  description: 'Anything with a global id.',
  resolveType: (node: object) => nodeTypeName(node),
})
export abstract class Node {
  abstract readonly id: string;
}
// Not as a decorator on the member: some compilers, Vitest's among them, drop those of abstract members.
Field(() => ID, { description: 'Global and opaque.' })(Node.prototype, 'id');

const typeNames = new WeakMap<object, string>();

/** Every node class registers under its GraphQL name, which survives a minifier, unlike the class's own. */
export function registerNodeType(nodeClass: abstract new (...args: never[]) => Node, name: string): void {
  typeNames.set(nodeClass.prototype as object, name);
}

function nodeTypeName(node: object): string | undefined {
  return typeNames.get(Object.getPrototypeOf(node) as object);
}

/** Finds one kind of node by its row's key, on behalf of the viewer in the context. */
export interface NodeSource {
  readonly type: string;
  /** Undefined when there is none; private kinds throw NotFound, whether it is missing or somebody else's. */
  find(key: string, context: GraphContext): Promise<Node | undefined>;
}
