import type { Box } from './box.ts';

/** The `uuid` of the PIFF equivalent of `senc`. PIFF 1.1, 5.3.2. */
export const PIFF_SAMPLE_ENCRYPTION = 'a2394f525a9b4f14a2446c427c648df4';

/** Whether a box in `traf` signals that samples may be encrypted. */
export const tellsOfEncryption = ({ type, uuid }: Box): boolean =>
  type === 'senc' || type === 'saiz' || uuid === PIFF_SAMPLE_ENCRYPTION;
