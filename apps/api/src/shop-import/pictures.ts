/** Makes a stored picture of an image file: its bytes, what they are, and the blurred preview that stands in for them. */
import { createHash } from 'node:crypto';
import sharp, { type Metadata } from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import type { EntityManager } from 'typeorm';
import { insertRows } from './bulk.js';

export interface Picture {
  readonly hash: string;
  readonly mediaType: string;
  readonly width: number;
  readonly height: number;
  readonly thumbhash: Uint8Array;
  readonly content: Uint8Array;
}

/** Characters of a hash: 128 bits, which no two pictures share by chance. */
const hashCharacters = 32;
/** Pixels of a picture at most, so that a small file cannot unfold into all of the memory. */
const maxPixels = 50_000_000;
/** Pixels of a side that a drawing or an unusual format is turned into. */
const convertedSide = 1_024;
/** Pixels of a side that the preview is made from: thumbhash takes 100 at most, and more shows no difference. */
const previewSide = 64;

/** Formats that every browser shows. Drawings are not among them: an SVG of a stranger may carry scripts. */
const webFormats: ReadonlyMap<string, string> = new Map([
  ['jpeg', 'image/jpeg'],
  ['png', 'image/png'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
]);

export function pictureHash(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, hashCharacters);
}

export async function previewOf(content: Uint8Array): Promise<Uint8Array> {
  const { data, info } = await sharp(content, { limitInputPixels: maxPixels })
    .autoOrient()
    .resize(previewSide, previewSide, { fit: 'inside' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return rgbaToThumbHash(info.width, info.height, data);
}

/** @throws whatever sharp finds wrong with the bytes. */
export async function toPicture(original: Uint8Array): Promise<Picture> {
  const metadata = await sharp(original, { limitInputPixels: maxPixels }).metadata();
  const known = webFormats.get(metadata.format);
  const content = known === undefined ? await toPng(original) : original;
  const { width, height } = known === undefined ? await sharp(content).metadata() : uprightSize(metadata);
  return {
    hash: pictureHash(content),
    mediaType: known ?? 'image/png',
    width,
    height,
    thumbhash: await previewOf(content),
    content,
  };
}

function toPng(original: Uint8Array): Promise<Buffer> {
  return sharp(original, { limitInputPixels: maxPixels })
    .autoOrient()
    .resize(convertedSide, convertedSide, { fit: 'inside' })
    .png()
    .toBuffer();
}

/** Browsers turn a photo by its EXIF orientation before they measure it. */
function uprightSize({ width, height, orientation = 1 }: Metadata): { width: number; height: number } {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

/** Stores the bytes once, however many products show them. */
export async function storePictures(manager: EntityManager, pictures: readonly Picture[]): Promise<void> {
  await insertRows(
    manager,
    'image_assets',
    pictures,
    {
      hash: ['text', (picture) => picture.hash],
      media_type: ['text', (picture) => picture.mediaType],
      width: ['integer', (picture) => picture.width],
      height: ['integer', (picture) => picture.height],
      thumbhash: ['bytea', (picture) => Buffer.from(picture.thumbhash)],
      content: ['bytea', (picture) => Buffer.from(picture.content)],
    },
    'ON CONFLICT DO NOTHING',
  );
}
