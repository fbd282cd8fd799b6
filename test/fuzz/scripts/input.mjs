/** Takes an input apart: numbers and texts from its bytes. */
export class Input {
  /** @param {Buffer} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  /** A number below `limit` (at most 256); 0 when the bytes are used up. */
  number(limit = 256) {
    return this.at < this.bytes.length ? this.bytes[this.at++] % limit : 0;
  }

  pick(list) {
    return list[this.number(list.length)];
  }

  /** The next `length` bytes, or what is left. */
  take(length = this.bytes.length) {
    const taken = this.bytes.subarray(this.at, this.at + length);
    this.at += taken.length;
    return taken;
  }

  /** A text of some of the bytes: as UTF-8, as Latin-1, or as any UTF-16 with its lone surrogates. */
  text(length = this.number()) {
    const encoding = this.pick(['utf8', 'utf8', 'latin1', 'utf16le']);
    return this.take(length).toString(encoding);
  }
}

/** Calls `f`; what it throws for bad input (an error with a code, or of the language) is its answer. */
export function attempt(f, ...kinds) {
  try {
    return f();
  } catch (error) {
    if (typeof error?.code === 'string' || kinds.some((Kind) => error instanceof Kind)) return undefined;
    throw error;
  }
}
