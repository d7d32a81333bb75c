/** Draws office supplies that stay on the desk or beside it. */
import type { Random } from '../random.js';
import type { Palette } from './palette.js';
import { circle, ellipse, path, rect, repeat, stroke, turned } from './shapes.js';
import { variant } from './variant.js';

export const appliance = variant(
  [
    [/\bfan\b/i, fan],
    [/surge|outlet|power|strip|tap/i, powerStrip],
    [/refrigerator/i, refrigerator],
    [/vacuum|upright|vac\b|dust/i, vacuum],
  ],
  [purifier],
);

function purifier(colors: Palette, random: Random): string {
  const slots = random.integer(5, 7);
  return [
    rect([78, 44, 90, 168], colors.shade, 22),
    rect([74, 40, 90, 168], colors.main, 22),
    rect([84, 52, 70, 28], colors.deep, 12),
    circle(98, 66, 5, colors.accent),
    rect([112, 63, 30, 6], colors.light, 3),
    repeat(slots, (index) => rect([88, 98 + index * 14, 62, 6], colors.deep, 3)),
    rect([80, 56, 5, 130], colors.light, 3),
  ].join('');
}

function powerStrip(colors: Palette, random: Random): string {
  const outlets = random.integer(3, 5);
  const step = 132 / outlets;
  return turned(
    -14,
    120,
    130,
    stroke('M196 134 C226 134 214 84 236 70', colors.ink, 6),
    rect([36, 108, 164, 54], colors.shade, 14),
    rect([36, 104, 164, 52], colors.main, 14),
    rect([42, 108, 152, 5], colors.light, 2),
    repeat(outlets, (index) => {
      const x = 62 + index * step;
      return (
        circle(x, 132, 13, colors.light) +
        rect([x - 6, 125, 3, 9], colors.ink, 1) +
        rect([x + 3, 125, 3, 9], colors.ink, 1) +
        circle(x, 139, 2, colors.ink)
      );
    }),
    rect([176, 122, 14, 20], colors.accent, 3),
  );
}

function fan(colors: Palette, random: Random): string {
  const angle = random.integer(0, 119);
  return [
    ellipse(120, 208, 46, 9, colors.shade),
    rect([113, 150, 14, 56], colors.shade, 3),
    circle(120, 98, 66, colors.deep),
    circle(120, 98, 60, colors.paper),
    repeat(3, (index) =>
      turned(
        angle + index * 120,
        120,
        98,
        path('M120 98 C136 74 136 52 118 46 C102 52 104 78 120 98 z', colors.main),
      ),
    ),
    repeat(4, (index) => turned(index * 45, 120, 98, stroke('M120 40 L120 156', colors.metal, 1))),
    circle(120, 98, 12, colors.accent),
    circle(120, 98, 5, colors.light),
  ].join('');
}

export const storage = variant(
  [
    [/drawer|cabinet|locker|tower|cart/i, drawers],
    [/shel[fv]/i, shelving],
    [/box|tub|tote|crate|file|bin|cube/i, boxes],
  ],
  [drawers, boxes],
);

function refrigerator(colors: Palette): string {
  return [
    rect([76, 40, 92, 170], colors.shade, 12),
    rect([72, 38, 90, 168], colors.main, 12),
    rect([72, 96, 90, 4], colors.deep),
    rect([82, 62, 6, 24], colors.metal, 3),
    rect([82, 112, 6, 46], colors.metal, 3),
    rect([142, 52, 10, 10], colors.accent, 3),
    rect([150, 46, 5, 150], colors.light, 3),
  ].join('');
}

function vacuum(colors: Palette): string {
  return [
    turned(
      18,
      120,
      190,
      rect([116, 26, 8, 110], colors.metalShade, 4),
      rect([110, 22, 20, 12], colors.ink, 6),
      rect([98, 96, 44, 84], colors.shade, 16),
      rect([96, 94, 42, 80], colors.main, 16),
      rect([104, 104, 8, 52], colors.light, 4),
      circle(118, 160, 6, colors.accent),
    ),
    path('M52 196 a14 14 0 0 1 14 -14 H146 a10 10 0 0 1 10 10 V206 H52 z', colors.deep),
    rect([60, 186, 52, 6], colors.light, 3),
    circle(150, 204, 9, colors.ink),
  ].join('');
}

function shelving(colors: Palette, random: Random): string {
  const shelves = random.integer(3, 4);
  const gap = 164 / shelves;
  return [
    repeat(shelves, (index) => {
      const floor = 44 + gap * (index + 1);
      const width = random.integer(34, 52);
      return (
        rect([66, floor - 30, width, 28], colors.accent, 3) +
        rect([124, floor - 24, 42, 22], colors.light, 3) +
        rect([72, floor - 22, 16, 6], colors.paper, 1)
      );
    }),
    repeat(shelves + 1, (index) => rect([52, 42 + gap * index, 136, 6], colors.main, 2)),
    rect([50, 36, 7, 174], colors.shade, 2),
    rect([183, 36, 7, 174], colors.shade, 2),
  ].join('');
}

function drawers(colors: Palette, random: Random): string {
  const count = random.integer(2, 4);
  const height = 156 / count;
  return [
    path('M70 48 L84 34 H184 L170 48 z', colors.light),
    path('M170 48 L184 34 V196 L170 210 z', colors.deep),
    rect([70, 48, 100, 162], colors.shade),
    repeat(count, (index) => {
      const y = 51 + index * height;
      return (
        rect([74, y, 92, height - 4], colors.main, 3) +
        rect([74, y, 92, 4], colors.light, 2) +
        rect([108, y + height / 2 - 2, 24, 5], colors.metal, 2) +
        rect([108, y + 10, 24, 9], colors.paper, 1)
      );
    }),
  ].join('');
}

function boxes(colors: Palette, random: Random): string {
  const small = random.chance(0.5);
  return [
    rect([52, 126, 136, 82], colors.main, 4),
    rect([46, 112, 148, 22], colors.shade, 4),
    rect([46, 112, 148, 6], colors.light, 3),
    rect([100, 150, 40, 11], colors.deep, 5),
    rect([96, 172, 48, 22], colors.paper, 2),
    rect([102, 179, 36, 3], colors.metal),
    rect([102, 186, 24, 3], colors.metal),
    small
      ? rect([74, 62, 92, 50], colors.light, 4) +
        rect([70, 52, 100, 16], colors.main, 4) +
        rect([106, 80, 28, 8], colors.shade, 4)
      : '',
  ].join('');
}

export const tool = variant([[/opener|knife|slitter|remover/i, letterOpener]], [scissors]);

function scissors(colors: Palette, random: Random): string {
  const opening = random.integer(12, 24);
  const half = (side: number) =>
    turned(
      side * opening,
      120,
      122,
      path(
        `M${120 - side * 7} 128 L${120 - side * 4} 34 L${120 + side * 7} 118 z`,
        side > 0 ? colors.metal : colors.metalShade,
      ),
      path(`M${120 - side * 4} 120 h${side * 10} l${side * -6} 42 h${side * -8} z`, colors.shade),
      ellipse(120 - side * 8, 184, 20, 26, colors.main),
      ellipse(120 - side * 8, 184, 11, 16, colors.background),
    );
  return half(1) + half(-1) + circle(120, 122, 6, colors.ink) + circle(120, 122, 2.5, colors.metal);
}

function letterOpener(colors: Palette, random: Random): string {
  return turned(
    random.integer(34, 50),
    120,
    120,
    path('M112 128 L120 22 L128 128 z', colors.metal),
    path('M120 22 L128 128 h-8 z', colors.metalShade),
    rect([104, 126, 32, 8], colors.metalShade, 3),
    rect([110, 132, 20, 82], colors.main, 9),
    rect([113, 136, 5, 70], colors.light, 2),
    circle(120, 202, 4, colors.accent),
  );
}

export const binder = variant([], [openBinder, standingBinders]);

function standingBinders(colors: Palette, random: Random): string {
  const tones = [colors.main, colors.light, colors.shade, colors.accent];
  const first = random.integer(0, 3);
  return repeat(3, (index) => {
    const x = 56 + index * 44;
    const fill = tones[(first + index) % tones.length] ?? colors.main;
    const lean = index === 2 ? 7 : 0;
    return turned(
      lean,
      x + 20,
      208,
      rect([x, 50, 40, 158], fill, 4),
      rect([x, 50, 6, 158], colors.deep, 3),
      rect([x + 11, 74, 22, 52], colors.paper, 2),
      rect([x + 15, 84, 14, 3], colors.metal),
      rect([x + 15, 92, 10, 3], colors.metal),
      circle(x + 22, 172, 9, colors.metal),
      circle(x + 22, 172, 5, colors.deep),
    );
  });
}

function openBinder(colors: Palette): string {
  return [
    path('M28 78 L114 64 V196 L28 208 z', colors.shade),
    path('M212 78 L126 64 V196 L212 208 z', colors.main),
    rect([113, 64, 14, 132], colors.deep),
    path('M40 84 L114 72 V186 L40 196 z', colors.paperShade),
    path('M200 84 L126 72 V186 L200 196 z', colors.paper),
    repeat(5, (index) => stroke(`M142 ${98 + index * 17} L188 ${104 + index * 17}`, colors.metal, 3)),
    repeat(4, (index) => stroke(`M98 ${96 + index * 18} L52 ${102 + index * 18}`, colors.metal, 3)),
    repeat(3, (index) =>
      stroke(
        `M106 ${92 + index * 38} C112 ${80 + index * 38} 128 ${80 + index * 38} 134 ${92 + index * 38}`,
        colors.metalShade,
        4,
      ),
    ),
    rect([176, 70, 16, 22], colors.accent, 2),
  ].join('');
}
