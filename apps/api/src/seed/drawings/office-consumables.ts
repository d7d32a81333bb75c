/** Draws office supplies that are used up. */
import type { Random } from '../random.js';
import type { Palette } from './palette.js';
import { circle, moved, path, rect, repeat, stroke, turned } from './shapes.js';
import { variant } from './variant.js';

export function pens(colors: Palette, random: Random): string {
  const fills = [colors.main, colors.accent, colors.light, colors.shade];
  const pencil = (fill: string) =>
    rect([-8, -70, 16, 110], fill) +
    rect([-8, -70, 5, 110], 'hsl(0 0% 100% / 0.25)') +
    path('M-8 40 h16 L0 66 z', 'hsl(36 50% 78%)') +
    path('M-3 56 h6 L0 66 z', fill) +
    rect([-8, -80, 16, 12], colors.metal) +
    rect([-8, -92, 16, 14], 'hsl(350 55% 72%)', 5);
  const spread = random.integer(12, 20);
  return repeat(4, (index) =>
    moved(120, 128, turned((index - 1.5) * spread, 0, 80, pencil(fills[index] ?? colors.main))),
  );
}

export function envelope(colors: Palette, random: Random): string {
  const sealed = random.chance(0.6);
  const tilt = random.integer(-9, 5);
  return turned(
    tilt,
    120,
    128,
    turned(-8, 120, 128, rect([44, 74, 156, 104], colors.shade, 5)),
    rect([40, 76, 160, 108], colors.light, 5),
    path('M40 180 L104 126 h32 L200 180 a5 5 0 0 1 -5 5 h-150 a5 5 0 0 1 -5 -5 z', colors.main),
    path('M40 80 a5 5 0 0 1 5 -5 h150 a5 5 0 0 1 5 5 L126 138 q-6 4 -12 0 z', colors.paper),
    stroke('M42 80 L114 138 q6 4 12 0 L198 80', colors.shade, 2),
    sealed
      ? circle(120, 132, 15, colors.accent) + circle(120, 132, 9, 'hsl(0 0% 100% / 0.3)')
      : rect([168, 86, 20, 24], colors.accent, 1),
  );
}

export function fasteners(colors: Palette, random: Random): string {
  const clip = 'M-10 26 V-24 a12 12 0 0 1 24 0 V30 a18 18 0 0 1 -36 0 V-14';
  const places: readonly (readonly [number, number])[] = [
    [82, 92],
    [150, 82],
    [116, 146],
    [176, 160],
    [64, 172],
  ];
  const wires = [colors.main, colors.accent, colors.metalShade, colors.shade, colors.light];
  const pin = (x: number, y: number) =>
    stroke(`M${x} ${y} L${x + 16} ${y + 26}`, colors.metalShade, 3) +
    circle(x, y, 10, colors.accent) +
    circle(x - 3, y - 3, 3, 'hsl(0 0% 100% / 0.5)');
  return (
    repeat(places.length, (index) => {
      const [x, y] = places[index] ?? [120, 120];
      return moved(x, y, turned(random.integer(-60, 60), 0, 0, stroke(clip, wires[index] ?? colors.main, 5)));
    }) + pin(random.integer(108, 126), random.integer(48, 58))
  );
}

export function labels(colors: Palette, random: Random): string {
  const [columns, rows] = random.pick([
    [2, 5],
    [3, 6],
    [2, 4],
  ] as const);
  const width = 120 / columns;
  const height = 150 / rows;
  const peeled = random.integer(0, columns * rows - 1);
  const label = (index: number) => {
    const x = 58 + (index % columns) * width;
    const y = 46 + Math.floor(index / columns) * height;
    const face =
      rect([x, y, width - 4, height - 4], index % 3 === 1 ? colors.light : colors.main, 4) +
      rect([x + 6, y + height / 2 - 6, (width - 16) * 0.7, 3], colors.paper, 1) +
      rect([x + 6, y + height / 2, (width - 16) * 0.45, 3], colors.paper, 1);
    return index === peeled
      ? rect([x, y, width - 4, height - 4], colors.paperShade, 4) + turned(-16, x + width, y + height, face)
      : face;
  };
  return (
    rect([54, 42, 140, 170], colors.paperShade, 3) +
    rect([50, 38, 140, 170], colors.paper, 3) +
    repeat(columns * rows, label)
  );
}

export const paper = variant([[/book|pad|message|note|form|memo|card/i, sheets]], [ream]);

function ream(colors: Palette, random: Random): string {
  const stripe = random.integer(20, 34);
  return [
    path('M40 132 L132 96 L206 122 L112 162 z', colors.paper),
    path('M40 132 L112 162 V206 L40 174 z', colors.main),
    path('M112 162 L206 122 V164 L112 206 z', colors.shade),
    path(
      `M40 ${132 + stripe / 3} L112 ${162 + stripe / 3} V${162 + stripe} L40 ${132 + stripe} z`,
      colors.accent,
    ),
    path(
      `M112 ${162 + stripe / 3} L206 ${122 + stripe / 3} V${122 + stripe} L112 ${162 + stripe} z`,
      colors.accent,
    ),
    path('M58 122 L140 90 L200 112 L116 148 z', colors.paperShade),
    path('M62 112 L142 82 L202 104 L120 138 z', colors.paper),
    stroke('M96 112 L144 94 M108 117 L158 98 M122 121 L170 102', colors.metal, 2),
  ].join('');
}

function sheets(colors: Palette, random: Random): string {
  const lines = random.integer(6, 8);
  return [
    turned(9, 120, 120, rect([66, 42, 116, 156], colors.light, 3)),
    turned(3, 120, 120, rect([64, 42, 116, 156], colors.paperShade, 3)),
    rect([60, 42, 116, 156], colors.paper, 3),
    rect([60, 42, 116, 16], colors.main, 3),
    repeat(lines, (index) => rect([74, 74 + index * 14, index % 3 === 2 ? 60 : 88, 4], colors.metal, 2)),
    path('M176 172 L150 198 h23 a3 3 0 0 0 3 -3 z', colors.background),
    path('M150 198 V175 a3 3 0 0 1 3 -3 H176 z', colors.paperShade),
  ].join('');
}
