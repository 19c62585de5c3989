const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of bytes, a byte order mark included; undefined if they are not UTF-8. */
export function textOfUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
