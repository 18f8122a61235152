import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isSmoothError, type SmoothError } from '../../../src/base/errors.ts';
import type { DrmOptions, LicenceMessage } from '../../../src/eme/drm-options.ts';
import { TitleKeys, type TitleKeysPorts } from '../../../src/eme/title-keys.ts';
import { FakeCdm, type FakeCdmOptions } from '../../support/fake-cdm.ts';

const ONE = '00112233445566778899aabbccddeeff';
const TWO = 'ffeeddccbbaa99887766554433221100';
const WIDEVINE = 'com.widevine.alpha';
const RECOMMENDED = 'com.microsoft.playready.recommendation';
const SERVERS = { [WIDEVINE]: 'https://wv/licence', 'com.microsoft.playready': 'https://pr/licence' };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const passing = () => vi.advanceTimersByTimeAsync(0);
const inSeconds = (count: number) => vi.advanceTimersByTimeAsync(1000 * count);

/** The keys of a title with two of them, in a browser with a content decryption module that does as it is told. */
async function open(
  cdmOptions: Partial<FakeCdmOptions> = {},
  options: DrmOptions = { servers: { [WIDEVINE]: 'https://wv/licence' } },
  more: Partial<TitleKeysPorts> = {},
) {
  const cdm = new FakeCdm({ systems: { [WIDEVINE]: ['SW_SECURE_CRYPTO'] }, ...cdmOptions });
  const sent: LicenceMessage[] = [];
  const failures: string[] = [];
  const warnings: string[] = [];
  const restricted: string[] = [];
  const controller = new AbortController();
  const codeOf = (error: unknown) => (isSmoothError(error) ? error.code : String(error));
  const ports: TitleKeysPorts = {
    send: async (_, message) => {
      sent.push(message);
      return bytes({ [ONE]: 'usable' });
    },
    fetch: async () => Uint8Array.of(1, 2, 3),
    changed: () => {},
    restricted: (keyId) => restricted.push(keyId),
    warn: ({ code }: SmoothError) => warnings.push(code),
    failed: (error) => failures.push(codeOf(error)),
    ...more,
  };
  const types = { video: ['video/mp4; codecs="avc1.64001F"'], audio: ['audio/mp4; codecs="mp4a.40.2"'] };
  const title = { protection: [], keyIds: [ONE], types, options };
  const keys = new TitleKeys(title, ports, controller.signal);
  const attached = keys.attach(cdm.media).then(
    () => 'attached',
    (error: unknown) => error as SmoothError,
  );
  await passing();
  return { cdm, keys, sent, failures, warnings, restricted, attached, controller };
}

describe('a key that is needed', () => {
  test('is asked for in a new session when it expires, as often as it does', async () => {
    const { cdm, keys, sent, failures } = await open();
    await keys.need(ONE);
    for (const round of [1, 2, 3]) {
      await inSeconds(20);
      cdm.sessions.at(-1)?.show({ [ONE]: 'expired' });
      await passing();
      expect(sent).toHaveLength(round + 1);
      expect(keys.isWaitingFor(ONE)).toBe(false);
    }
    expect(cdm.sessions.map(({ isClosed }) => isClosed)).toEqual([true, true, true, false]);
    await inSeconds(30);
    expect(failures).toEqual([]);
  });

  test('that is expired from the start is renewed once, and then missing', async () => {
    const send = async () => bytes({ [ONE]: 'expired' });
    const { cdm, keys, failures } = await open({}, undefined, { send });
    await keys.need(ONE);
    await inSeconds(60);
    expect(cdm.sessions).toHaveLength(2);
    expect(failures).toEqual(['drm-key-missing']);
  });

  test('is asked for in a new session when the key system fails, once', async () => {
    const { cdm, keys, failures } = await open();
    await keys.need(ONE);
    cdm.sessions[0]?.show({ [ONE]: 'internal-error' });
    await passing();
    expect(keys.isWaitingFor(ONE)).toBe(false);
    cdm.sessions[1]?.show({ [ONE]: 'internal-error' });
    await inSeconds(11);
    expect(cdm.sessions).toHaveLength(2);
    expect(failures).toEqual(['drm-key-missing']);
  });

  test('is asked for again when the key system closes its session', async () => {
    const { cdm, keys, failures } = await open();
    await keys.need(ONE);
    cdm.sessions[0]?.end('internal-error');
    await passing();
    expect(cdm.sessions).toHaveLength(2);
    expect(keys.isWaitingFor(ONE)).toBe(false);
    expect(failures).toEqual([]);
  });

  test('has ten seconds for its status to settle', async () => {
    const send = async () => bytes({ [TWO]: 'usable' });
    const { cdm, keys, failures } = await open({}, undefined, { send });
    await keys.need(ONE);
    await inSeconds(9);
    expect(failures).toEqual([]);
    cdm.sessions[0]?.show({ [ONE]: 'usable' });
    await inSeconds(20);
    expect(failures).toEqual([]);
    cdm.sessions[0]?.show({});
    await inSeconds(11);
    expect(failures).toEqual(['drm-key-missing']);
  });

  test('is told when the output isn’t good enough; a smaller picture will do', async () => {
    const { cdm, keys, restricted, failures } = await open();
    await keys.need(ONE);
    cdm.sessions[0]?.show({ [ONE]: 'output-downscaled' });
    expect(restricted).toEqual([]);
    cdm.sessions[0]?.show({ [ONE]: 'output-restricted' });
    expect(restricted).toEqual([ONE]);
    await inSeconds(30);
    expect(failures).toEqual([]);
  });

  test('and that the licence before brings not is asked for by itself', async () => {
    const { cdm, keys } = await open();
    await keys.need(ONE);
    await keys.need(TWO);
    await passing();
    expect(cdm.sessions).toHaveLength(2);
    expect(Buffer.from(cdm.sessions[1]?.initData[0]?.data ?? []).toString('hex')).toContain(TWO);
  });
});

describe('a key that is no longer needed', () => {
  const hex = (digit: number) => digit.toString(16).padStart(32, '0');
  /** Licences for whatever key is asked for, until the server refuses. */
  function rotating() {
    let isRefusing = false;
    let next = ONE;
    const send = async () => {
      if (isRefusing) throw new Error('refused');
      return bytes({ [next]: 'usable' });
    };
    const need = async (keys: TitleKeys, keyId: string) => {
      next = keyId;
      await keys.need(keyId);
      await passing();
    };
    const refuse = () => {
      isRefusing = true;
    };
    return { send, need, refuse };
  }

  test('may expire', async () => {
    const { send, need, refuse } = rotating();
    const { cdm, keys, failures, warnings } = await open({}, undefined, { send });
    await need(keys, ONE);
    await need(keys, TWO);
    keys.release([ONE]);
    refuse();
    cdm.sessions[0]?.show({ [ONE]: 'expired' });
    await inSeconds(30);
    expect(cdm.sessions).toHaveLength(2);
    expect([failures, warnings, keys.isWaitingFor(ONE)]).toEqual([[], [], false]);
  });

  test('takes its session with it, unless the manifest asked for it', async () => {
    const { send, need } = rotating();
    const { cdm, keys } = await open({}, undefined, { send });
    await need(keys, ONE);
    for (let i = 1; i <= 50; i++) {
      await need(keys, hex(i));
      keys.release([i === 1 ? ONE : hex(i - 1)]);
    }
    expect(cdm.sessions).toHaveLength(51);
    expect(cdm.sessions.filter(({ isClosed }) => !isClosed)).toEqual([cdm.sessions[0], cdm.sessions[50]]);
    expect(keys.isWaitingFor(hex(50))).toBe(false);
  });

  test('is asked for again when it is needed again', async () => {
    const { send, need } = rotating();
    const { cdm, keys } = await open({}, undefined, { send });
    await need(keys, ONE);
    await need(keys, TWO);
    keys.release([TWO]);
    expect(cdm.sessions[1]?.isClosed).toBe(true);
    cdm.sessions[0]?.show({ [ONE]: 'expired' });
    await need(keys, TWO);
    expect(keys.isUsable(TWO)).toBe(true);
  });
});

describe('a key that is kept, although no longer needed', () => {
  /** Its licence has just been released. */
  async function keeping() {
    const asked: string[] = [];
    const next = [ONE, TWO];
    const send = async () => {
      const keyId = next[asked.length] ?? TWO;
      asked.push(keyId);
      return bytes({ [keyId]: 'usable' });
    };
    const opened = await open({}, undefined, { send });
    for (const keyId of next) {
      await opened.keys.need(keyId);
      await passing();
    }
    opened.keys.release([TWO], [TWO]);
    return { ...opened, asked };
  }

  test('is available without another licence', async () => {
    const { keys, asked } = await keeping();
    await keys.need(TWO);
    await passing();
    expect(keys.isUsable(TWO)).toBe(true);
    expect(asked).toEqual([ONE, TWO]);
  });

  test('isn’t renewed before it is needed', async () => {
    const { cdm, keys, asked } = await keeping();
    cdm.sessions[1]?.show({ [TWO]: 'expired' });
    await inSeconds(30);
    expect(asked).toEqual([ONE, TWO]);
    await keys.need(TWO);
    await passing();
    expect(asked).toEqual([ONE, TWO, TWO]);
    expect(keys.isUsable(TWO)).toBe(true);
  });

  test.each([
    { name: 'expired', status: 'expired' as const, kept: [TWO] },
    { name: 'is no longer kept', status: 'usable' as const, kept: [] },
  ])('has its session closed if it $name', async ({ status, kept }) => {
    const { cdm, keys } = await keeping();
    expect(cdm.sessions.map(({ isClosed }) => isClosed)).toEqual([false, false]);
    cdm.sessions[1]?.show({ [TWO]: status });
    keys.release([], kept);
    expect(cdm.sessions.map(({ isClosed }) => isClosed)).toEqual([false, true]);
  });
});

describe('of several keys', () => {
  test('one that is refused holds back only its own media', async () => {
    let isRefusing = false;
    const send = async () => {
      if (isRefusing) throw new Error('refused');
      return bytes({ [ONE]: 'usable' });
    };
    const { keys, failures } = await open({}, undefined, { send });
    await keys.need(ONE);
    isRefusing = true;
    await keys.need(TWO);
    await inSeconds(30);
    expect(failures).toEqual(['drm-licence-failed']);
    expect([keys.isUsable(ONE), keys.isUsable(TWO)]).toEqual([true, false]);
    isRefusing = false;
    await keys.need('0'.repeat(32));
    await inSeconds(30);
    expect(failures).toEqual(['drm-licence-failed', 'drm-key-missing']);
  });

  test('one that can’t have a session is reported as an error of the key system', async () => {
    const { keys, failures } = await open({ mostSessions: 1 });
    await keys.need(ONE);
    await keys.need(TWO);
    await inSeconds(30);
    expect(failures).toEqual(['drm-system-failed']);
    expect(keys.isUsable(ONE)).toBe(true);
  });
});

describe('what the key system says of its own accord', () => {
  test('is passed on, and told to the hooks by its type', async () => {
    const types: string[] = [];
    const request = (message: LicenceMessage) => {
      types.push(message.type);
      return message;
    };
    const { cdm, keys, sent } = await open({}, { servers: SERVERS, preferred: [WIDEVINE], request });
    await keys.need(ONE);
    cdm.sessions[0]?.say('individualization-request');
    cdm.sessions[0]?.say('license-renewal');
    await passing();
    expect(types).toEqual(['license-request', 'individualization-request', 'license-renewal']);
    expect(sent.every(({ url }) => url === 'https://wv/licence')).toBe(true);
    expect(cdm.sessions[0]?.updates).toHaveLength(3);
  });

  test('when a renewal fails, its key serves on', async () => {
    let isRefusing = false;
    const send = async () => {
      if (isRefusing) throw new Error('refused');
      return bytes({ [ONE]: 'usable' });
    };
    const { cdm, keys, failures, warnings } = await open({}, undefined, { send });
    await keys.need(ONE);
    isRefusing = true;
    cdm.sessions[0]?.say('license-renewal');
    await inSeconds(60);
    expect([failures, warnings]).toEqual([[], ['drm-licence-failed']]);
    cdm.sessions[0]?.show({ [ONE]: 'expired' });
    await passing();
    expect(failures).toEqual(['drm-licence-failed']);
  });
});

describe('a server’s certificate', () => {
  const withCertificate = (certificate: BufferSource | string): DrmOptions => ({
    servers: { [WIDEVINE]: 'https://wv/licence' },
    certificate,
  });

  test.each([
    { name: 'bytes', certificate: Uint8Array.of(7, 8), bytes: [7, 8] },
    { name: 'base64', certificate: 'Bwg=', bytes: [7, 8] },
    { name: 'what is at a URL', certificate: 'https://wv/certificate', bytes: [1, 2, 3] },
  ])('$name', async ({ certificate, bytes: expected }) => {
    const { cdm, attached } = await open({}, withCertificate(certificate));
    expect(await attached).toBe('attached');
    expect(cdm.certificates.map((given) => [...given])).toEqual([expected]);
  });

  test.each([
    { name: 'no base64', options: withCertificate('%%%'), step: 'server certificate' },
    { name: 'refused', options: withCertificate('Bwg='), step: 'setServerCertificate' },
  ])('$name: an error that names the step', async ({ options, step }) => {
    const { attached } = await open({ refusesCertificate: true }, options);
    expect(await attached).toMatchObject({
      code: 'drm-system-failed',
      details: { keySystem: WIDEVINE, step },
    });
  });
});

test('closed while the element is being given the keys, it takes them back', async () => {
  const { cdm, keys, attached, controller } = await open({ setsWithinMs: 300 });
  controller.abort(new DOMException('Closed', 'AbortError'));
  const closing = keys.close();
  await inSeconds(1);
  await closing;
  expect(await attached).toMatchObject({ name: 'AbortError' });
  expect(cdm.mediaKeys).toBeNull();
});

describe('a key system that never answers is given up after ten seconds', () => {
  test.each(['createMediaKeys', 'setMediaKeys'] as const)('%s', async (hangs) => {
    const { attached } = await open({ hangs });
    await inSeconds(10);
    expect(await attached).toMatchObject({ code: 'drm-system-failed', details: { step: hangs } });
  });

  test('generateRequest', async () => {
    const { keys, failures } = await open({ hangs: 'generateRequest' });
    await keys.need(ONE);
    await inSeconds(10);
    expect(failures).toEqual(['drm-system-failed']);
  });

  test('requestMediaKeySystemAccess: the next one is asked', async () => {
    const { attached } = await open({ hangs: 'requestMediaKeySystemAccess' });
    await inSeconds(10);
    expect(await attached).toMatchObject({ code: 'drm-no-key-system' });
  });
});

describe('the choice of a key system', () => {
  const both = { [WIDEVINE]: [], [RECOMMENDED]: ['2000', '150'] };

  test.each([
    {
      name: 'PlayReady first',
      systems: both,
      options: {},
      system: RECOMMENDED,
      video: '2000',
      audio: '2000',
    },
    {
      name: 'hardware where it is there',
      systems: { [RECOMMENDED]: ['3000', '2000', '150'] },
      options: {},
      system: RECOMMENDED,
      video: '3000',
      audio: '2000',
    },
    {
      name: 'what the browser has',
      systems: { [WIDEVINE]: ['SW_SECURE_CRYPTO', 'SW_SECURE_DECODE', 'HW_SECURE_ALL'] },
      options: {},
      system: WIDEVINE,
      video: 'HW_SECURE_ALL',
      audio: 'SW_SECURE_CRYPTO',
    },
    {
      name: 'what the page prefers, at whatever robustness',
      systems: both,
      options: { preferred: [WIDEVINE] },
      system: WIDEVINE,
      video: undefined,
      audio: undefined,
    },
    {
      name: 'the robustness that the page asks for, elsewhere if need be',
      systems: { [RECOMMENDED]: ['2000'], 'com.microsoft.playready': ['3000'] },
      options: { robustness: '3000' },
      system: 'com.microsoft.playready',
      video: '3000',
      audio: '2000',
    },
  ])('$name', async ({ systems, options, system, video, audio }) => {
    const { cdm, attached } = await open({ systems }, { servers: SERVERS, ...options });
    expect(await attached).toBe('attached');
    expect(cdm.asked.at(-1)?.keySystem).toBe(system);
    expect(cdm.granted?.videoCapabilities?.[0]?.robustness).toBe(video);
    expect(cdm.granted?.audioCapabilities?.[0]?.robustness).toBe(audio);
    // Nothing of the viewer's is to be kept or known.
    expect(cdm.granted).not.toHaveProperty('persistentState');
    expect(cdm.granted).not.toHaveProperty('distinctiveIdentifier');
    expect(cdm.granted?.sessionTypes).toEqual(['temporary']);
  });
});

test('PlayReady’s challenge goes out unwrapped, with the headers that it wants', async () => {
  const challenge = Buffer.from('<soap/>').toString('base64');
  const text = `<PlayReadyKeyMessage type="LicenseAcquisition"><LicenseAcquisition Version="1"><Challenge encoding="base64encoded">${challenge}</Challenge><HttpHeaders><HttpHeader><name>Content</name><value>text/xml</value></HttpHeader></HttpHeaders></LicenseAcquisition></PlayReadyKeyMessage>`;
  const message = Uint8Array.from(Buffer.from(text, 'utf16le'));
  const { sent } = await open({ systems: { [RECOMMENDED]: ['2000'] }, message }, { servers: SERVERS });
  expect(sent).toHaveLength(1);
  expect(Buffer.from(sent[0]?.body ?? []).toString()).toBe('<soap/>');
  expect(sent[0]).toMatchObject({ url: 'https://pr/licence', headers: { 'Content-Type': 'text/xml' } });
});

describe('headers of the page replace those of the same name', () => {
  const headers = { 'content-type': 'application/json', soapaction: 'own' };

  test.each([{ systems: { [WIDEVINE]: [] } }, { systems: { [RECOMMENDED]: ['2000'] } }])(
    '$systems',
    async ({ systems }) => {
      const { sent } = await open({ systems }, { servers: SERVERS, headers });
      expect(sent[0]?.headers).toEqual(headers);
    },
  );

  test('and so do those of a challenge, in any case', async () => {
    const header = (name: string, value: string) =>
      `<HttpHeader><name>${name}</name><value>${value}</value></HttpHeader>`;
    const text = `<PlayReadyKeyMessage><Challenge>AAAA</Challenge><HttpHeaders>${header('content-type', 'text/own')}${header('SoapAction', 'own')}</HttpHeaders></PlayReadyKeyMessage>`;
    const message = Uint8Array.from(Buffer.from(text, 'utf16le'));
    const { sent } = await open({ systems: { [RECOMMENDED]: ['2000'] }, message }, { servers: SERVERS });
    expect(sent[0]?.headers).toEqual({ 'content-type': 'text/own', SoapAction: 'own' });
  });
});

test('all sessions are closed at the end, and none is opened after it', async () => {
  const { cdm, keys, controller } = await open();
  await keys.need(ONE);
  await keys.need(TWO);
  await passing();
  cdm.sessions[0]?.show({ [ONE]: 'expired' });
  controller.abort();
  await passing();
  expect(cdm.sessions.every(({ isClosed }) => isClosed)).toBe(true);
  await keys.close();
  await inSeconds(60);
  expect(cdm.sessions.length).toBeGreaterThan(1);
  expect(cdm.sessions.every(({ isClosed }) => isClosed)).toBe(true);
  expect(cdm.mediaKeys).toBeNull();
});
