/** Draws office machines and phones. */
import type { Random } from '../random.js';
import type { Palette } from './palette.js';
import { circle, ellipse, path, rect, repeat, stroke, turned } from './shapes.js';
import { variant } from './variant.js';
import { headset } from './accessories.js';

export function copier(colors: Palette, random: Random): string {
  const trays = random.integer(2, 3);
  const height = 70 / trays;
  return [
    path('M56 62 L72 42 H168 L184 62 z', colors.shade),
    rect([52, 60, 136, 16], colors.light, 4),
    rect([44, 74, 152, 52], colors.main, 6),
    rect([58, 84, 66, 12], colors.ink, 3),
    rect([62, 87, 40, 6], colors.accent, 2),
    repeat(3, (index) => circle(144 + index * 16, 90, 5, index === 2 ? colors.accent : colors.light)),
    path('M26 104 L52 98 V110 L26 114 z', colors.paper),
    rect([60, 106, 120, 6], colors.deep, 3),
    path('M72 110 h96 l8 14 h-112 z', colors.paper),
    rect([52, 126, 136, 78], colors.shade, 4),
    repeat(
      trays,
      (index) =>
        rect([58, 130 + index * height, 124, height - 4], colors.main, 3) +
        rect([104, 130 + index * height + height / 2 - 4, 32, 5], colors.deep, 2),
    ),
    rect([62, 204, 14, 8], colors.ink, 2),
    rect([164, 204, 14, 8], colors.ink, 2),
  ].join('');
}

export const machine = variant(
  [
    [/shred/i, shredder],
    [/phone|video|collaboration/i, deskPhone],
    [/headset/i, headset],
  ],
  [printer],
);

function printer(colors: Palette): string {
  return [
    path('M78 40 h84 l6 60 h-96 z', colors.paper),
    repeat(3, (index) => rect([92, 52 + index * 12, 56 - index * 8, 4], colors.metal, 2)),
    rect([44, 92, 152, 78], colors.shade, 12),
    rect([44, 88, 152, 72], colors.main, 12),
    rect([52, 92, 136, 6], colors.light, 3),
    rect([64, 120, 112, 10], colors.deep, 4),
    circle(172, 106, 5, colors.accent),
    circle(156, 106, 4, colors.light),
    path('M72 128 h96 l12 64 h-120 z', colors.paper),
    rect([76, 142, 60, 5], colors.accent, 2),
    repeat(3, (index) => rect([74, 154 + index * 10, 90 - index * 14, 4], colors.metal, 2)),
    rect([60, 190, 120, 8], colors.deep, 3),
  ].join('');
}

function shredder(colors: Palette, random: Random): string {
  const strips = random.integer(7, 9);
  return [
    path('M82 30 h76 v52 h-76 z', colors.paper),
    repeat(3, (index) => rect([92, 40 + index * 12, 50, 4], colors.metal, 2)),
    rect([60, 76, 120, 36], colors.main, 8),
    rect([66, 80, 108, 5], colors.light, 2),
    rect([76, 92, 88, 6], colors.ink, 3),
    circle(168, 102, 4, colors.accent),
    path('M66 112 h108 l-8 96 h-92 z', colors.shade),
    path('M78 126 h84 l-5 68 h-74 z', 'hsl(210 20% 96% / 0.55)'),
    repeat(strips, (index) =>
      rect([84 + index * (72 / strips), 150 + ((index * 7) % 11), 4, 40 - ((index * 7) % 11)], colors.paper),
    ),
  ].join('');
}

export const phone = variant(
  [
    [/headset|handset lifter/i, headset],
    [
      /case|cover|protector|mount|charger|phone 5|iphone|apple|samsung|nokia|motorola|htc|\blg\b|galaxy|blackberry/i,
      smartphone,
    ],
  ],
  [deskPhone],
);

function smartphone(colors: Palette, random: Random): string {
  return turned(
    random.integer(-12, 12),
    120,
    120,
    rect([76, 26, 96, 190], colors.deep, 16),
    rect([72, 24, 96, 190], colors.main, 16),
    rect([79, 38, 82, 160], colors.ink, 6),
    path('M79 128 L161 84 V192 a6 6 0 0 1 -6 6 H85 a6 6 0 0 1 -6 -6 z', colors.shade),
    repeat(6, (index) =>
      rect(
        [90 + (index % 3) * 22, 56 + Math.floor(index / 3) * 24, 16, 16],
        index === 4 ? colors.accent : colors.light,
        4,
      ),
    ),
    rect([108, 30, 24, 4], colors.deep, 2),
    circle(120, 206, 5, colors.light),
  );
}

function deskPhone(colors: Palette): string {
  return [
    path('M56 84 H196 L210 200 a8 8 0 0 1 -8 8 H50 a8 8 0 0 1 -8 -8 z', colors.shade),
    path('M58 80 H194 L208 194 a8 8 0 0 1 -8 8 H52 a8 8 0 0 1 -8 -8 z', colors.main),
    rect([108, 94, 82, 32], colors.ink, 4),
    rect([114, 100, 46, 6], colors.accent, 2),
    rect([114, 112, 62, 4], colors.metal, 2),
    repeat(12, (index) =>
      rect([112 + (index % 3) * 27, 136 + Math.floor(index / 3) * 15, 21, 10], colors.light, 3),
    ),
    rect([58, 76, 36, 118], colors.deep, 16),
    rect([54, 70, 36, 36], colors.deep, 14),
    rect([54, 166, 36, 36], colors.deep, 14),
    rect([60, 84, 8, 100], colors.shade, 4),
    stroke('M72 202 C72 222 30 226 28 204 C26 190 40 188 40 200', colors.ink, 4),
    ellipse(190, 88, 4, 3, colors.accent),
  ].join('');
}
