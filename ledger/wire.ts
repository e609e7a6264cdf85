// Protobuf encoding by hand for messages that are built around bytes already encoded. Decodes nothing.

const EMPTY = Buffer.alloc(0);

/** Base-128 varint of a non-negative safe integer. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** A length-delimited field: bytes, string or an encoded message. Written even when empty. */
export function bytesField(field: number, value: Uint8Array | string): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
}

/** A varint field; zero is left out, as proto3 does. */
export function numberField(field: number, value: number): Buffer {
  return value === 0 ? EMPTY : Buffer.concat([varint(field * 8), varint(value)]);
}

/** The same bytes as Buffer, without a copy. */
export const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
