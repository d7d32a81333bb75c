/** Global ids after Relay's object identification: opaque to clients, a type and a row's key to us. */
import { InvalidInput } from '../../access/errors.js';

export interface NodeReference {
  readonly type: string;
  readonly key: string;
}

export function toNodeId(type: string, key: string): string {
  return Buffer.from(`${type}:${key}`).toString('base64url');
}

const plainForm = /^([A-Z][A-Za-z]{1,40}):([1-9]\d{0,18})$/;
const largestKey = 2n ** 63n - 1n;

/** Undefined for anything that `toNodeId` never gave out, another spelling of the same id included. */
export function parseNodeId(id: string): NodeReference | undefined {
  const [, type, key] = plainForm.exec(Buffer.from(id, 'base64url').toString('latin1')) ?? [];
  if (type === undefined || key === undefined || BigInt(key) > largestKey) return undefined;
  return toNodeId(type, key) === id ? { type, key } : undefined;
}

/** @throws InvalidInput when the id is not one of the given type. */
export function nodeKey(type: string, id: string): string {
  const reference = parseNodeId(id);
  if (reference?.type !== type) throw new InvalidInput(`"${id.slice(0, 80)}" is not the id of a ${type}.`);
  return reference.key;
}
