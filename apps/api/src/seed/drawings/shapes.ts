/** The few SVG shapes that the product drawings are made of, on a canvas of 240 by 240. */

export const canvasSide = 240;

/** Two decimals are a fiftieth of a pixel: finer says nothing and costs bytes. */
function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}

type Box = readonly [x: number, y: number, width: number, height: number];

export function rect([x, y, width, height]: Box, fill: string, radius = 0): string {
  const round = radius === 0 ? '' : ` rx="${n(radius)}"`;
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}"${round} fill="${fill}"/>`;
}

export function circle(x: number, y: number, radius: number, fill: string): string {
  return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius)}" fill="${fill}"/>`;
}

export function ellipse(x: number, y: number, radiusX: number, radiusY: number, fill: string): string {
  return `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(radiusX)}" ry="${n(radiusY)}" fill="${fill}"/>`;
}

/** @param d in SVG's path language. */
export function path(d: string, fill: string): string {
  return `<path d="${d}" fill="${fill}"/>`;
}

export function stroke(d: string, color: string, width: number): string {
  return `<path d="${d}" fill="none" stroke="${color}" stroke-width="${n(width)}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

export function turned(degrees: number, x: number, y: number, ...shapes: string[]): string {
  return `<g transform="rotate(${n(degrees)} ${n(x)} ${n(y)})">${shapes.join('')}</g>`;
}

export function moved(x: number, y: number, ...shapes: string[]): string {
  return `<g transform="translate(${n(x)} ${n(y)})">${shapes.join('')}</g>`;
}

/** As many shapes as asked for, each made from its index. */
export function repeat(count: number, shape: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => shape(index)).join('');
}
