import { expect, test } from 'vitest';
import { bytesFromHex } from '../../../src/base/bytes.ts';
import { codecString } from '../../../src/manifest/codec.ts';

const HEVC_SPS = '00000001420101016000000300900000030000030 05da0028080'.replace(' ', '');

test.each<[fourCC: string, privateData: string, codec: string | undefined, audioTag?: number]>([
  ['H264', '000000016742800d8d650000000168c92352', 'avc1.42800D'],
  ['AVC1', '00000001674d401fe98080000000168efbc80', undefined],
  ['AVC1', '00000001674d401fe9800000000168efbc80', 'avc1.4D401F'],
  ['H264', '00000001274D401F92460000000128FEBC80', 'avc1.4D401F'],
  ['H264', '0000000109f0000001674D401F92460000000128FEBC80', 'avc1.4D401F'],
  ['H264', '01640028ffe1000467640028', 'avc1.640028'],
  ['H264', '67640028ac', 'avc1.640028'],
  ['AVC1', '250000010FCBF81A70EF8A1A783BE80C908236EE5265400000010E5A67F840', undefined],
  ['H264', '', undefined],
  ['AVC3', '00000001674d401fe9800000000168efbc80', 'avc1.4D401F'],
  ['HVC1', HEVC_SPS, 'hev1.1.6.L93.90'],
  ['HVC1', `0000000140010c01${HEVC_SPS}`, 'hvc1.1.6.L93.90'],
  ['HEV1', `0000000140010c01${HEVC_SPS}`, 'hev1.1.6.L93.90'],
  ['HVC1', '', undefined],
  ['HEV1', HEVC_SPS, 'hev1.1.6.L93.90'],
  ['H264', '000000086742800d8d6500010000000468c92352', 'avc1.42800D'],
  ['H264', '00086742800d8d650011000468c92352', 'avc1.42800D'],
  ['WVC1', '250000010FCBF8', undefined],
  ['AACL', '1190', 'mp4a.40.2'],
  ['AACL', '', 'mp4a.40.2'],
  ['AACL', '2B118800', 'mp4a.40.5'],
  ['AACL', '11900000000000000000000000000000', 'mp4a.40.2'],
  ['AACH', '1310', 'mp4a.40.5'],
  ['AACH', '', 'mp4a.40.5'],
  ['AACP', '', 'mp4a.40.29'],
  ['EC-3', '', 'ec-3'],
  ['AC-3', '', 'ac-3'],
  ['EAC3', '', 'ec-3'],
  ['WMAP', '', 'mp4a.6B', 85],
  ['WMAP', '1000030000000000000000000000E00042C0', undefined, 354],
  ['TTML', '', 'stpp'],
  ['STPP', '', 'stpp'],
  ['IMSC', '', 'stpp'],
  ['', '', undefined],
])('%s %s is %s', (fourCC, hex, codec, audioTag) => {
  const privateData = bytesFromHex(hex) ?? new Uint8Array();
  expect(codecString({ fourCC, audioTag, privateData })).toBe(codec);
});
