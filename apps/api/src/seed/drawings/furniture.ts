/** Draws furniture. */
import type { Random } from '../random.js';
import type { Palette } from './palette.js';
import { circle, ellipse, moved, path, rect, repeat, stroke, turned } from './shapes.js';
import { variant } from './variant.js';

export function bookcase(colors: Palette, random: Random): string {
  const shelves = random.integer(3, 5);
  const [top, bottom, left, right] = [38, 206, 72, 168];
  const gap = (bottom - top - 6) / shelves;
  const spines = [
    colors.accent,
    colors.paper,
    colors.light,
    colors.ink,
    colors.metalShade,
    colors.paperShade,
  ];
  const books = (shelf: number) => {
    const floor = top + 6 + gap * (shelf + 1) - 5;
    let x = left + 8;
    const row: string[] = [];
    const end = right - 8 - random.integer(6, 36);
    while (x < end) {
      const width = random.integer(6, 11);
      const height = gap * random.between(0.55, 0.8);
      row.push(rect([x, floor - height, width, height], random.pick(spines), 1));
      x += width + 1;
    }
    return row.join('');
  };
  return [
    rect([left, top, right - left, bottom - top], colors.main, 4),
    rect([left + 6, top + 6, right - left - 12, bottom - top - 10], colors.deep),
    repeat(shelves, books),
    repeat(shelves, (shelf) =>
      rect([left + 6, top + 6 + gap * (shelf + 1) - 5, right - left - 12, 5], colors.light),
    ),
    rect([left, top, 6, bottom - top], colors.light, 3),
    rect([left - 3, top - 5, right - left + 6, 8], colors.light, 2),
    rect([left + 4, bottom, 10, 6], colors.shade),
    rect([right - 14, bottom, 10, 6], colors.shade),
  ].join('');
}

export const chair = variant(
  [
    [/stack|fold|side|guest|armless/i, sideChair],
    [/task|manager|executive|swivel|steno|ergo/i, taskChair],
  ],
  [taskChair, sideChair],
);

function taskChair(colors: Palette, random: Random): string {
  const high = random.chance(0.5) ? 18 : 0;
  const arms =
    rect([60, 112, 26, 7], colors.ink, 3) +
    rect([154, 112, 26, 7], colors.ink, 3) +
    rect([64, 114, 5, 30], colors.metalShade) +
    rect([171, 114, 5, 30], colors.metalShade);
  return [
    stroke('M120 168 L120 196', colors.metalShade, 9),
    stroke('M120 194 L78 208 M120 194 L162 208 M120 194 L100 212 M120 194 L140 212', colors.ink, 6),
    repeat(4, (index) =>
      circle([78, 100, 140, 162][index] ?? 120, index % 3 === 0 ? 212 : 216, 5, colors.ink),
    ),
    rect([112, 130, 16, 24], colors.metalShade, 3),
    rect([82, 52 - high, 76, 82 + high], colors.shade, 18),
    rect([86, 52 - high, 68, 76 + high], colors.main, 16),
    rect([92, 60 - high, 56, 22], colors.light, 10),
    stroke('M94 104 L146 104', colors.shade, 2),
    random.chance(0.7) ? arms : '',
    rect([70, 142, 100, 26], colors.shade, 12),
    rect([70, 140, 100, 20], colors.main, 10),
    rect([78, 143, 84, 6], colors.light, 3),
  ].join('');
}

function sideChair(colors: Palette, random: Random): string {
  const slats = random.chance(0.5);
  const back = slats
    ? repeat(3, (index) => rect([84, 56 + index * 24, 72, 14], index === 0 ? colors.light : colors.main, 5))
    : rect([82, 50, 76, 70], colors.main, 12) + rect([90, 58, 60, 18], colors.light, 8);
  return [
    stroke('M84 150 L76 212 M156 150 L164 212', colors.metalShade, 6),
    stroke('M92 146 L96 206 M148 146 L144 206', colors.metal, 5),
    stroke('M84 60 L84 150 M156 60 L156 150', colors.metalShade, 6),
    back,
    path('M70 138 h100 l6 14 a5 5 0 0 1 -5 6 h-102 a5 5 0 0 1 -5 -6 z', colors.shade),
    path('M72 134 h96 l8 14 h-112 z', colors.main),
    rect([80, 137, 80, 4], colors.light, 2),
  ].join('');
}

export const furnishing = variant(
  [
    [/lamp|light|bulb|tube|luminaire/i, lamp],
    [/clock/i, clock],
    [/frame|picture|photo|plaque|hanging/i, frame],
    [/tray|organizer|desk|holder|caddy|mat|bookend/i, organizer],
  ],
  [lamp, frame, organizer],
);

function lamp(colors: Palette, random: Random): string {
  const tilt = random.integer(-6, 6);
  return [
    ellipse(120, 206, 42, 9, colors.deep),
    ellipse(120, 202, 42, 9, colors.shade),
    stroke('M120 200 L120 116', colors.metalShade, 6),
    turned(
      tilt,
      120,
      110,
      path('M78 116 L98 52 h44 L162 116 z', colors.main),
      path('M78 116 L98 52 h14 L100 116 z', colors.light),
      ellipse(120, 116, 42, 8, colors.paper),
    ),
    stroke('M142 122 L142 146', colors.metal, 2),
    circle(142, 149, 3, colors.accent),
  ].join('');
}

function clock(colors: Palette, random: Random): string {
  const hour = random.integer(0, 11) * 30;
  const minute = random.integer(0, 11) * 30;
  return [
    circle(120, 124, 82, colors.deep),
    circle(120, 120, 82, colors.main),
    circle(120, 120, 70, colors.paper),
    repeat(12, (index) =>
      turned(index * 30, 120, 120, rect([118, 56, 4, index % 3 === 0 ? 12 : 7], colors.ink, 2)),
    ),
    turned(hour, 120, 120, rect([117, 80, 6, 42], colors.ink, 3)),
    turned(minute, 120, 120, rect([118, 64, 4, 58], colors.ink, 2)),
    circle(120, 120, 6, colors.accent),
  ].join('');
}

function frame(colors: Palette, random: Random): string {
  const sun = random.integer(92, 150);
  return [
    path('M150 70 L182 210 h-10 L140 90 z', colors.deep),
    rect([56, 40, 128, 164], colors.shade, 4),
    rect([56, 40, 124, 160], colors.main, 4),
    rect([70, 54, 96, 132], colors.paper),
    rect([80, 64, 76, 112], colors.background),
    circle(sun, 96, 12, colors.accent),
    path('M80 176 L80 146 L104 118 L126 144 L140 130 L156 150 L156 176 z', colors.light),
    path('M80 176 L80 158 L116 142 L156 166 L156 176 z', colors.shade),
  ].join('');
}

function organizer(colors: Palette, random: Random): string {
  const lean = random.integer(-8, 8);
  return [
    turned(
      lean,
      82,
      150,
      rect([76, 58, 12, 96], colors.accent, 4),
      path('M76 60 L82 44 L88 60 z', colors.paperShade),
    ),
    turned(lean / 2 + 6, 106, 150, rect([101, 70, 10, 84], colors.metalShade, 4)),
    rect([132, 84, 56, 80], colors.paper, 3),
    rect([138, 94, 40, 4], colors.metal, 2),
    rect([138, 104, 30, 4], colors.metal, 2),
    rect([60, 120, 62, 88], colors.shade, 8),
    rect([60, 120, 56, 86], colors.main, 8),
    rect([66, 128, 6, 66], colors.light, 3),
    path('M116 150 H196 L190 208 H116 z', colors.shade),
    path('M116 146 H196 L190 200 H116 z', colors.main),
    rect([130, 168, 50, 5], colors.light, 2),
  ].join('');
}

export const table = variant([[/round|bistro/i, roundTable]], [longTable, longTable, roundTable]);

function longTable(colors: Palette, random: Random): string {
  const drawers = random.chance(0.4);
  return [
    path('M44 112 L64 94 H176 L196 112 z', colors.light),
    rect([44, 112, 152, 12], colors.main, 3),
    rect([44, 120, 152, 5], colors.shade, 2),
    rect([54, 125, 12, 82], colors.shade),
    rect([174, 125, 12, 82], colors.shade),
    rect([74, 125, 8, 64], colors.deep),
    rect([158, 125, 8, 64], colors.deep),
    drawers
      ? rect([84, 125, 72, 22], colors.main, 2) + circle(120, 136, 3, colors.metal)
      : stroke('M66 176 L174 176', colors.deep, 5),
    moved(96, 62, plant(colors)),
  ].join('');
}

function roundTable(colors: Palette): string {
  return [
    ellipse(120, 118, 88, 22, colors.shade),
    ellipse(120, 112, 88, 22, colors.main),
    ellipse(112, 108, 66, 13, colors.light),
    rect([112, 134, 16, 62], colors.shade),
    path('M120 188 L166 210 h-14 L120 198 L88 210 h-14 z', colors.deep),
    moved(104, 68, plant(colors)),
  ].join('');
}

function plant(colors: Palette): string {
  const leaf = 'hsl(140 32% 42%)';
  return [
    path('M12 20 C2 12 2 4 6 0 C14 6 16 14 12 24 z', leaf),
    path('M14 22 C14 8 22 2 28 2 C28 12 22 20 14 24 z', 'hsl(140 32% 50%)'),
    path('M3 22 h20 l-3 16 h-14 z', colors.accent),
  ].join('');
}
