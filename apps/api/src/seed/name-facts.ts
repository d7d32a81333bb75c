/** Finds in a product's name what a shop would keep as properties: brand, colour, pieces in a pack. */

export interface NameFacts {
  readonly brand?: string;
  readonly color?: string;
  readonly pack?: string;
}

/** As the makers write them; a name that begins with one of these is of that brand. */
const brands = `
  3D Systems, 3M, Aastra, Acco, Acme, Adams, Adtran, Advantus, Alliance, Ampad, Anker, Apple,
  AT&T, Ativa, Atlantic, Avaya, Avery, Balt, Barricks, Belkin, Berol, Bevis, BIC, Binney & Smith,
  Boston, Bretford, Brother, Bush, C-Line, Canon, Cardinal, Carina, Chromcraft, Cisco, Crayola,
  Cubify, Dana, DAX, Deflect-o, Dixon, DMI, DXL, Eldon, Electrix, Enermax, Epson, Eureka,
  Executive Impressions, Fellowes, Fiskars, GBC, GE, Global, Gould, Grandstream,
  Harbour Creations, Hewlett Packard, Hewlett-Packard, Holmes, Hon, Honeywell, Hoover,
  Howard Miller, HP, HTC, Hunt, Ibico, Iceberg, Imation, Jabra, Kensington, KeyTronic, KI,
  Kingston, Konftel, Lesro, Lexmark, LG, Linden, Logitech, Luxo, Martin Yale, Master Caster,
  Maxell, Memorex, Micro Innovations, Microsoft, Mitel, Motorola, Neat Ideas, NETGEAR, Newell,
  Nokia, Nortel, Novimex, Nu-Dell, O'Sullivan, Office Star, OIC, Okidata, OtterBox, Panasonic,
  Peel & Seel, Personal Creations, Plantronics, Plymouth, Polycom, Prang, Premier, Quartet,
  Rapesco, Razer, RCA, Rediform, Riverside, Rogers, Safco, Samsung, SanDisk, Sanford, Sanyo,
  Sauder, Seth Thomas, Sharp, Smead, Snap-A-Way, Sony, Southworth, Stanley, Staples,
  Star Micronics, Storex, Strathmore, Tenex, Tennsco, Tensor, TOPS, Toshiba, Tripp Lite,
  Tuff Stuff, Tyvek, Universal, Verbatim, Vtech, WD, Westinghouse, Wilson Jones, Xerox, Zebra`
  .split(',')
  .map((brand) => brand.trim())
  .toSorted((a, b) => b.length - a.length); // "Hewlett-Packard" before "HP", "Executive Impressions" before anything shorter

const colors =
  'Almond Beige Black Blue Bronze Brown Burgundy Charcoal Cherry Chrome Clear Cream Gold Gray Green Grey Ivory Mahogany ' +
  'Maple Oak Orange Pine Pink Platinum Purple Red Silver Smoke Steel Tan Teak Walnut White Yellow';
const colorWord = new RegExp(`\\b(?:${colors.replaceAll(' ', '|')})\\b`, 'g');

/** `12/Pack`, `Pack of 12`, `12 per Pack`, `100 Labels/Box`. */
const packWord =
  /\b(\d+)\s*(?:[A-Za-z]+\s*)?(?:\/|per )\s*(Pack|Box|Pk|Set|Carton)\b|\b(Pack|Box|Set) of (\d+)\b/i;

export function factsOf(name: string): NameFacts {
  const lower = name.toLowerCase();
  const brand = brands.find((candidate) => startsWithWord(lower, candidate.toLowerCase()));
  const withoutBrand = brand === undefined ? name : name.slice(brand.length);
  const color = withoutBrand.match(colorWord)?.at(-1);
  const [, count, unit, otherUnit, otherCount] = packWord.exec(name) ?? [];
  const pieces = count ?? otherCount;
  return {
    ...(brand !== undefined && { brand }),
    ...(color !== undefined && { color: color === 'Grey' ? 'Gray' : color }),
    ...(pieces !== undefined && {
      pack: `${pieces} per ${(unit ?? otherUnit ?? 'pack').toLowerCase().replace('pk', 'pack')}`,
    }),
  };
}

function startsWithWord(name: string, word: string): boolean {
  return name.startsWith(word) && !/[a-z0-9]/.test(name.charAt(word.length));
}
