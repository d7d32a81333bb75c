/** Writes the parts of structured fields (RFC 9651) that cache headers are made of; what cannot be written is escaped. */

const tokenSyntax = /^[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*$/;

/** Strings hold printable ASCII only (RFC 9651 §3.3.3), so that every other byte is percent-encoded. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (character) =>
    Buffer.from(character).toString('hex').toUpperCase().replace(/../g, '%$&'),
  );
}

/** RFC 9651 §4.1.6. */
export function sfString(text: string): string {
  return `"${printable(text).replace(/["\\]/g, String.raw`\$&`)}"`;
}

/** A token where the text is one (RFC 9651 §4.1.7), a string where it is not. */
export function sfTokenOrString(text: string): string {
  return tokenSyntax.test(text) ? text : sfString(text);
}

/** Integers have at most 15 digits (RFC 9651 §3.3.1). */
export function sfInteger(value: number): string {
  const largest = 999_999_999_999_999;
  if (Number.isNaN(value)) return '0';
  return String(Math.max(-largest, Math.min(largest, Math.trunc(value))) + 0);
}
