/** Knows for every node type who can find it; the features register theirs when the application starts. */
import { Injectable } from '@nestjs/common';
import type { GraphContext } from '../graph-context.js';
import { parseNodeId } from './node-id.js';
import type { Node, NodeSource } from './node.interface.js';

@Injectable()
export class NodeSources {
  readonly #sources = new Map<string, NodeSource>();

  register(source: NodeSource): void {
    if (this.#sources.has(source.type)) throw new Error(`Node type ${source.type} has two sources.`);
    this.#sources.set(source.type, source);
  }

  /** An id of no known type is simply nobody's: Relay asks for null. */
  async find(id: string, context: GraphContext): Promise<Node | undefined> {
    const reference = parseNodeId(id);
    if (reference === undefined) return undefined;
    return this.#sources.get(reference.type)?.find(reference.key, context);
  }
}
