import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

const MODULES = 25;
const SCALE = 8;
const QUIET = 4;

/**
 * A picture that looks like a QR code and is the same for the same content. No camera can read it; the sandbox finds the
 * code of a "scanned" picture by its bytes.
 */
export function qrPicture(content: string): Buffer {
  const size = (MODULES + 2 * QUIET) * SCALE;
  const bits = patternOf(content);
  const rows = Buffer.alloc(size * (size + 1), 0xff);
  for (let y = 0; y < size; y += 1) {
    rows[y * (size + 1)] = 0;
    for (let x = 0; x < size; x += 1) {
      const dark = bits(Math.floor(x / SCALE) - QUIET, Math.floor(y / SCALE) - QUIET);
      if (dark) rows[y * (size + 1) + 1 + x] = 0;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('tEXt', Buffer.from(`Comment\0${content}`, 'latin1')),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

function patternOf(content: string): (x: number, y: number) => boolean {
  let noise = Buffer.alloc(0);
  for (let i = 0; noise.length * 8 < MODULES * MODULES; i += 1) {
    noise = Buffer.concat([noise, createHash('sha256').update(`${content}${i}`).digest()]);
  }
  return (x, y) => {
    if (x < 0 || y < 0 || x >= MODULES || y >= MODULES) return false;
    const corner = finder(x, y) ?? finder(MODULES - 1 - x, y) ?? finder(x, MODULES - 1 - y);
    if (corner !== undefined) return corner;
    const bit = y * MODULES + x;
    return (((noise[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1;
  };
}

/** The squares in three corners; undefined outside them. */
function finder(x: number, y: number): boolean | undefined {
  if (x > 7 || y > 7) return undefined;
  if (x === 7 || y === 7) return false;
  const ring = Math.max(Math.abs(x - 3), Math.abs(y - 3));
  return ring !== 2;
}
