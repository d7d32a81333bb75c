/** Chooses among the drawings of a sub-category the one that a product's name speaks of. */
import type { Random } from '../random.js';
import type { Palette } from './palette.js';

export type Draw = (colors: Palette, random: Random, name: string) => string;

/** @param otherwise is what chance picks from for a name that says nothing. */
export function variant(byName: readonly (readonly [RegExp, Draw])[], otherwise: readonly Draw[]): Draw {
  return (colors, random, name) => {
    const chance = random.pick(otherwise); // drawn in any case, so that a name does not change what follows
    const draw = byName.find(([words]) => words.test(name))?.[1] ?? chance;
    return draw(colors, random, name);
  };
}
