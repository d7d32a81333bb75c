/** Reads an access trace: 32-bit object numbers one after the other, packed with xz. */
import { execFileSync } from 'node:child_process';
import { basename } from 'node:path';

export interface Trace {
  readonly name: string;
  /** The objects asked for, renumbered from 0 up. */
  readonly keys: Int32Array;
  readonly keyCount: number;
}

export function readTrace(path: string): Trace {
  // Node has no xz of its own; every Linux has the tool.
  const bytes = execFileSync('xz', ['--decompress', '--stdout', path], { maxBuffer: 2 ** 30 });
  const keys = new Int32Array(bytes.length / 4);
  for (let at = 0; at < keys.length; at += 1) keys[at] = bytes.readInt32BE(at * 4);
  return { name: basename(path, '.trace.xz'), ...renumber(keys) };
}

function renumber(objects: Int32Array): { keys: Int32Array; keyCount: number } {
  const numbers = new Map<number, number>();
  const keys = objects.map((object) => {
    const known = numbers.get(object);
    if (known !== undefined) return known;
    numbers.set(object, numbers.size);
    return numbers.size - 1;
  });
  return { keys, keyCount: numbers.size };
}
