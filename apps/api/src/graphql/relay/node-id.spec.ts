import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../access/errors.js';
import { nodeKey, parseNodeId, toNodeId } from './node-id.js';

describe('a global id', () => {
  it('leads back to the type and the key that it was made of', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('Product', 'OrderLine', 'CustomerAddress'),
        fc.bigInt(1n, 2n ** 63n - 1n),
        (type, key) => {
          expect(parseNodeId(toNodeId(type, String(key)))).toEqual({ type, key: String(key) });
        },
      ),
      { seed: 1 },
    );
  });

  it('has one spelling only: whatever else decodes to it is no id', () => {
    const id = toNodeId('Product', '17');
    for (const other of [`${id}=`, ` ${id}`, `${id}\n`, `${id}!`, `.${id}`])
      expect(parseNodeId(other)).toBeUndefined();
  });

  it('is never made up of a key that no row has', () => {
    for (const key of ['0', '-1', '01', '1.5', '1e3', '', ' 1', '9223372036854775808', 'one'])
      expect(parseNodeId(toNodeId('Product', key))).toBeUndefined();
  });

  it('is nothing when it is anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseNodeId(text);
        if (parsed !== undefined) expect(toNodeId(parsed.type, parsed.key)).toBe(text);
      }),
      { seed: 2 },
    );
  });

  it('of another type is refused, and the refusal does not repeat an endless text', () => {
    expect(nodeKey('Product', toNodeId('Product', '17'))).toBe('17');
    expect(() => nodeKey('Product', toNodeId('Order', '17'))).toThrow(InvalidInput);
    expect(() => nodeKey('Product', 'x'.repeat(10_000))).toThrow(/^.{1,150}$/);
  });
});
