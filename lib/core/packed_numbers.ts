/**
 * Numbers (whole, not negative) as a text: groups of seven bits, low group first, one character below 256 each, 128 added
 * to all but the last. Such a text is the smallest container of bytes that the runtime has: 16 bytes besides its
 * content, where a typed array of any length takes some 300.
 */
export function packNumbers(numbers: Iterable<number>): string {
  let text = "";
  let codes: number[] = [];
  for (const number of numbers) {
    let rest = number;
    while (rest > 127) {
      codes.push(rest % 128 + 128);
      rest = Math.floor(rest / 128);
    }
    codes.push(rest);
    if (codes.length < PIECE) continue;
    text += String.fromCharCode(...codes);
    codes = [];
  }
  return text + String.fromCharCode(...codes);
}

/** The numbers that `packNumbers` was given. */
export function unpackNumbers(text: string): number[] {
  const numbers: number[] = [];
  let rest = 0;
  let scale = 1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    rest += (code & 127) * scale;
    if (code > 127) {
      scale *= 128;
      continue;
    }
    numbers.push(rest);
    rest = 0;
    scale = 1;
  }
  return numbers;
}

/** How many characters are made at once: more arguments than a call may have would be an error. */
const PIECE = 4096;
