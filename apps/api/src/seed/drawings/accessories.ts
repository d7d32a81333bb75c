/** Draws what is plugged into computers and phones. */
import type { Random } from '../random.js';
import type { Palette } from './palette.js';
import { circle, ellipse, path, rect, repeat, stroke, turned } from './shapes.js';
import { variant } from './variant.js';

export const accessory = variant(
  [
    [/keyboard|keypad|gameboard|pad\b/i, keyboard],
    [/mouse|track/i, mouse],
    [/headset|headphone|speaker/i, headset],
    [/router|wi-?fi|switch|adapter|hub/i, router],
    [/disc|dvd|cd-?r|blu-ray|cd and/i, disc],
    [/drive|usb|memory|flash|card/i, flashDrive],
  ],
  [keyboard, mouse, flashDrive],
);

function keyboard(colors: Palette, random: Random): string {
  const accentKey = random.integer(0, 39);
  return turned(
    -10,
    120,
    130,
    stroke('M120 88 C120 60 150 66 150 36', colors.ink, 4),
    rect([22, 90, 196, 92], colors.deep, 12),
    rect([22, 86, 196, 90], colors.main, 12),
    repeat(40, (index) => {
      const fill = index === accentKey ? colors.accent : colors.light;
      return rect([32 + (index % 10) * 18, 96 + Math.floor(index / 10) * 17, 15, 13], fill, 3);
    }),
    rect([32, 164, 28, 8], colors.light, 3),
    rect([68, 164, 92, 8], colors.light, 3),
    rect([168, 164, 40, 8], colors.light, 3),
  );
}

function mouse(colors: Palette, random: Random): string {
  return turned(
    random.integer(-16, 16),
    120,
    130,
    stroke('M120 62 C120 34 96 46 92 18', colors.ink, 4),
    rect([78, 64, 88, 140], colors.deep, 44),
    rect([76, 60, 88, 140], colors.main, 44),
    path('M76 116 V104 a44 44 0 0 1 44 -44 V116 z', colors.light),
    stroke('M120 62 L120 116 M78 116 L162 116', colors.shade, 3),
    rect([113, 80, 14, 28], colors.ink, 7),
    rect([116, 86, 8, 12], colors.accent, 4),
  );
}

function flashDrive(colors: Palette, random: Random): string {
  return turned(
    random.integer(30, 48),
    120,
    120,
    rect([96, 30, 48, 52], colors.metal, 4),
    rect([104, 42, 14, 14], colors.metalShade, 2),
    rect([122, 42, 14, 14], colors.metalShade, 2),
    rect([86, 78, 68, 126], colors.shade, 14),
    rect([84, 76, 66, 124], colors.main, 14),
    rect([92, 88, 8, 92], colors.light, 4),
    circle(130, 98, 5, colors.accent),
    circle(117, 184, 8, colors.background),
  );
}

export function headset(colors: Palette, random: Random): string {
  const side = random.pick([-1, 1]);
  return [
    stroke('M58 136 V116 a62 62 0 0 1 124 0 V136', colors.shade, 14),
    stroke('M62 116 a58 58 0 0 1 116 0', colors.light, 5),
    rect([40, 118, 32, 62], colors.deep, 14),
    rect([168, 118, 32, 62], colors.deep, 14),
    rect([52, 116, 28, 66], colors.main, 12),
    rect([160, 116, 28, 66], colors.main, 12),
    stroke(
      `M${120 + side * 62} 180 C${120 + side * 60} 204 ${120 + side * 36} 206 ${120 + side * 18} 204`,
      colors.metalShade,
      5,
    ),
    rect([120 + side * 12 - 12, 198, 24, 12], colors.accent, 6),
  ].join('');
}

function router(colors: Palette, random: Random): string {
  const antennas = random.integer(2, 3);
  return [
    repeat(antennas, (index) =>
      turned(
        (index - (antennas - 1) / 2) * 14,
        120,
        160,
        rect([116 + (index - (antennas - 1) / 2) * 58, 50, 8, 108], colors.deep, 4),
      ),
    ),
    path('M44 150 L62 132 H178 L196 150 z', colors.light),
    rect([40, 148, 160, 46], colors.shade, 10),
    rect([40, 146, 160, 40], colors.main, 10),
    repeat(5, (index) => circle(64 + index * 16, 166, 4, index === 1 ? colors.accent : colors.light)),
    rect([154, 162, 32, 8], colors.deep, 4),
  ].join('');
}

function disc(colors: Palette): string {
  return [
    rect([44, 58, 132, 132], colors.shade, 6),
    rect([44, 58, 128, 128], colors.main, 6),
    circle(136, 130, 66, colors.metalShade),
    circle(134, 128, 66, colors.metal),
    path('M134 128 L88 81 A66 66 0 0 1 120 63.5 z', colors.light),
    path('M134 128 L180 175 A66 66 0 0 1 148 192.5 z', colors.accent),
    circle(134, 128, 22, colors.paper),
    circle(134, 128, 9, colors.background),
    ellipse(66, 72, 12, 5, colors.light),
  ].join('');
}
