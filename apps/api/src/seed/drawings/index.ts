/** Draws a picture of any article of the Superstore, as an SVG of its own. */
import { factsOf } from '../name-facts.js';
import type { Random } from '../random.js';
import type { Article } from '../superstore.js';
import { bookcase, chair, furnishing, table } from './furniture.js';
import { envelope, fasteners, labels, paper, pens } from './office-consumables.js';
import { appliance, binder, storage, tool } from './office-supplies.js';
import { accessory } from './accessories.js';
import { paletteFor } from './palette.js';
import { canvasSide, ellipse, rect } from './shapes.js';
import { copier, machine, phone } from './technology.js';
import type { Draw } from './variant.js';

/** Pixels of a side at which the drawing is shown by default, and rendered. */
export const pictureSide = 480;

const drawings: Readonly<Record<string, Draw>> = {
  Accessories: accessory,
  Appliances: appliance,
  Art: pens,
  Binders: binder,
  Bookcases: bookcase,
  Chairs: chair,
  Copiers: copier,
  Envelopes: envelope,
  Fasteners: fasteners,
  Furnishings: furnishing,
  Labels: labels,
  Machines: machine,
  Paper: paper,
  Phones: phone,
  Storage: storage,
  Supplies: tool,
  Tables: table,
};

export function drawArticle(article: Article, random: Random): string {
  const draw = drawings[article.subCategory];
  if (draw === undefined)
    throw new RangeError(`There is no drawing for the sub-category ${article.subCategory}.`);
  const colors = paletteFor(article.subCategory, factsOf(article.name).color, random);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${pictureSide}" height="${pictureSide}" viewBox="0 0 ${canvasSide} ${canvasSide}">`,
    rect([0, 0, canvasSide, canvasSide], colors.background),
    ellipse(120, 212, 92, 14, colors.floor),
    draw(colors, random, article.name),
    '</svg>',
  ].join('');
}
