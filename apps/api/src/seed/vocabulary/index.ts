/** Finds the words for an article: those of its sub-category, with the noun that its own name has. */
import { furniture } from './furniture.js';
import { officeConsumables } from './office-consumables.js';
import { officeSupplies } from './office-supplies.js';
import { technology } from './technology.js';
import type { Vocabulary } from './vocabulary.js';

const vocabularies: Readonly<Record<string, Vocabulary>> = {
  ...furniture,
  ...officeConsumables,
  ...officeSupplies,
  ...technology,
};

/** What else is sold among phones. */
const phoneAccessory =
  /\b(headset|case|mount|charger|shoulder rest|cover|holder|kit|dock|battery|cable|skin|speaker|adapter)\b/i;

/** Nouns of single things that sub-categories of many things are looked through for, longer ones first. */
const nouns = `
  air cleaner, air purifier, battery charger, binding machine, binding system, book cover, bulb,
  calculator, card file, cart, case, cash register, chair mat, charger, clock, coat rack,
  conference phone, desk organizer, desk tray, door stop, fan, file box, file cabinet, file cart,
  flash drive, floor lamp, hard drive, headset, heater, humidifier, keyboard, lamp, laser printer,
  letter opener, letter tray, memory card, microwave, mount, mouse, paper trimmer,
  pencil sharpener, photo frame, picture frame, power strip, printer, refrigerator, router,
  scissors, sharpener, shears, shelf, shelving, shredder, speaker, staple remover, stapler, stool,
  storage box, storage drawers, surge protector, toaster, tray, trimmer, utility knife, vacuum,
  wall clock, webcam`
  .split(',')
  .map((noun) => noun.trim())
  .toSorted((a, b) => b.length - a.length);

/** Sub-categories whose things have so many names that the sub-category's own noun would be vague. */
const vagueNouns = new Set(['accessory', 'appliance', 'furnishing', 'machine', 'storage unit', 'tool']);
const pluralNouns = new Set(['scissors', 'shears', 'storage drawers']);

export function wordsFor(article: { readonly name: string; readonly subCategory: string }): Vocabulary {
  const isPhoneAccessory = article.subCategory === 'Phones' && phoneAccessory.test(article.name);
  const words = vocabularies[isPhoneAccessory ? 'Accessories' : article.subCategory];
  if (words === undefined)
    throw new RangeError(`There are no words for the sub-category ${article.subCategory}.`);
  if (!vagueNouns.has(words.noun)) return words;
  const name = ` ${article.name.toLowerCase().replaceAll(/[^a-z]+/g, ' ')} `;
  const noun = nouns.find((candidate) => name.includes(` ${candidate} `) || name.includes(` ${candidate}s `));
  if (noun === undefined) return words;
  return {
    ...words,
    noun: pluralNouns.has(noun) ? `pair of ${noun}`.replace('pair of storage', 'set of storage') : noun,
  };
}

export type { Vocabulary };
