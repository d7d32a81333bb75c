/** Makes the part of a URL that names a category: `Bottles & Cages` becomes `bottles-cages`. */

const latinAccents = /[\u0300-\u036F]/g;

/** Letters of every script stay, since not every shop has Latin names. Empty when nothing is left. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(latinAccents, '')
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '');
}
