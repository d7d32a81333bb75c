/** Compresses stored answers off the event loop, once for many readers. */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip, zstdCompress } from 'node:zlib';
import type { Compress } from '../core/answer-encoder.js';

const brotli = promisify(brotliCompress);
const zstd = promisify(zstdCompress);
const deflate = promisify(gzip);

export const zlibCompress: Compress = (coding, body) => {
  switch (coding) {
    case 'br':
      return brotli(body, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: 5,
          [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
          [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
        },
      });
    case 'zstd':
      return zstd(body, { params: { [constants.ZSTD_c_compressionLevel]: 6 } });
    case 'gzip':
      return deflate(body, { level: 6 });
  }
};
