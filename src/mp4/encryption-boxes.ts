import type { Box } from './box.ts';

/** The `uuid` of what is `senc` in Common Encryption. PIFF 1.1, 5.3.2. */
export const PIFF_SAMPLE_ENCRYPTION = 'a2394f525a9b4f14a2446c427c648df4';

/** Whether a box in `traf` says that samples may be encrypted. */
export const tellsOfEncryption = ({ type, uuid }: Box): boolean =>
  type === 'senc' || type === 'saiz' || uuid === PIFF_SAMPLE_ENCRYPTION;
