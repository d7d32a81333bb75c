/** The colours of one product's drawing: those that its name says, or ones that chance gives it. */
import type { Random } from '../random.js';

export interface Palette {
  readonly background: string;
  readonly floor: string;
  /** The thing itself, with its lit and its shaded side. */
  readonly main: string;
  readonly light: string;
  readonly shade: string;
  readonly deep: string;
  /** A detail that stands out. */
  readonly accent: string;
  readonly paper: string;
  readonly paperShade: string;
  readonly metal: string;
  readonly metalShade: string;
  readonly ink: string;
}

type Hsl = readonly [hue: number, saturation: number, lightness: number];

const named: Readonly<Record<string, Hsl>> = {
  Almond: [34, 45, 76],
  Beige: [40, 40, 74],
  Black: [220, 10, 24],
  Blue: [214, 58, 48],
  Bronze: [30, 42, 42],
  Brown: [25, 40, 36],
  Burgundy: [345, 50, 34],
  Charcoal: [215, 10, 32],
  Cherry: [10, 48, 36],
  Chrome: [210, 12, 68],
  Clear: [200, 30, 78],
  Cream: [44, 55, 80],
  Gold: [42, 62, 54],
  Gray: [215, 8, 56],
  Green: [145, 38, 42],
  Ivory: [46, 50, 82],
  Mahogany: [12, 45, 30],
  Maple: [32, 52, 62],
  Oak: [33, 45, 54],
  Orange: [24, 80, 55],
  Pine: [36, 50, 66],
  Pink: [340, 62, 70],
  Platinum: [210, 10, 74],
  Purple: [270, 38, 50],
  Red: [358, 64, 50],
  Silver: [210, 10, 70],
  Smoke: [210, 8, 48],
  Steel: [210, 16, 56],
  Tan: [34, 40, 62],
  Teak: [28, 44, 44],
  Walnut: [22, 38, 34],
  White: [210, 16, 90],
  Yellow: [48, 82, 58],
};

/** What furniture is made of, for names that do not say. */
const woods: readonly Hsl[] = [
  [28, 44, 44],
  [33, 45, 54],
  [22, 38, 36],
  [32, 52, 62],
  [12, 42, 34],
  [36, 46, 64],
];
const fabrics: readonly Hsl[] = [
  [214, 45, 42],
  [220, 10, 28],
  [150, 26, 38],
  [350, 48, 42],
  [262, 26, 46],
  [28, 66, 52],
  [196, 40, 42],
  [215, 10, 48],
];
const plastics: readonly Hsl[] = [
  [214, 16, 40],
  [220, 10, 28],
  [210, 14, 60],
  [205, 42, 44],
  [220, 14, 86],
  [8, 56, 50],
  [168, 32, 40],
];

const materials: Readonly<Record<string, readonly Hsl[]>> = {
  Bookcases: woods,
  Tables: woods,
  Chairs: fabrics,
  Accessories: plastics,
  Copiers: plastics,
  Machines: plastics,
  Phones: plastics,
  Appliances: plastics,
  Storage: plastics,
};

function clamp(percent: number): number {
  return Math.round(Math.max(0, Math.min(100, percent)));
}

function css([hue, saturation, lightness]: Hsl): string {
  return `hsl(${Math.round(((hue % 360) + 360) % 360)} ${clamp(saturation)}% ${clamp(lightness)}%)`;
}

export function paletteFor(subCategory: string, color: string | undefined, random: Random): Palette {
  const chosen =
    materials[subCategory] === undefined ? anyColor(random) : random.pick(materials[subCategory] ?? []);
  const [hue, saturation, lightness] = named[color ?? ''] ?? chosen;
  const tint = random.pick([hue + 180, hue + 30, 210, 36, 150]);
  const main: Hsl = [hue + random.integer(-4, 4), saturation, lightness + random.integer(-3, 3)];
  const lighter = (by: number): Hsl => [main[0], main[1], main[2] + by];
  return {
    background: css([tint, 32, 94]),
    floor: css([tint, 24, 86]),
    main: css(main),
    light: css(lighter(10)),
    shade: css(lighter(-9)),
    deep: css(lighter(-17)),
    accent: css([hue + random.pick([150, 190, 35]), 66, 56]),
    paper: 'hsl(40 30% 98%)',
    paperShade: 'hsl(36 16% 87%)',
    metal: 'hsl(212 12% 66%)',
    metalShade: 'hsl(212 14% 48%)',
    ink: 'hsl(220 16% 26%)',
  };
}

function anyColor(random: Random): Hsl {
  return [random.integer(0, 359), random.integer(38, 58), random.integer(42, 56)];
}
