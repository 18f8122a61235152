// A content decryption module that says what a test tells it to, whatever the key system is called. Beneath it ClearKey
// decrypts, so that playback stands where a key is gone and goes on where it is back.
const CLEAR_KEY = 'org.w3.clearkey';
const requestAccess = navigator.requestMediaKeySystemAccess.bind(navigator);
const { setMediaKeys } = HTMLMediaElement.prototype;

const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
const base64Url = (hex) =>
  btoa(String.fromCharCode(...bytesOf(hex)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const json = (value) => new TextEncoder().encode(JSON.stringify(value));

class FakeSession extends EventTarget {
  keyStatuses = new Map();
  updates = [];
  isClosed = false;

  constructor(cdm, beneath) {
    super();
    this.cdm = cdm;
    this.beneath = beneath;
    this.closed = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  async generateRequest(type, data) {
    const { keys, challenge } = this.cdm.options;
    this.initData = { type, data: hexOf(data) };
    await this.beneath.generateRequest('keyids', json({ kids: Object.keys(keys).map(base64Url) }));
    this.say('license-request', bytesOf(challenge));
  }

  say(messageType, { buffer: message }) {
    this.dispatchEvent(Object.assign(new Event('message'), { messageType, message }));
  }

  /** A licence is the JSON of key ids and what becomes of them. */
  async update(licence) {
    const statuses = JSON.parse(new TextDecoder().decode(licence));
    this.updates.push(statuses);
    const { keys } = this.cdm.options;
    const given = Object.keys(statuses).map((id) => ({
      kty: 'oct',
      kid: base64Url(id),
      k: base64Url(keys[id]),
    }));
    await this.beneath.update(json({ keys: given, type: 'temporary' }));
    this.show(statuses);
  }

  show(statuses) {
    this.keyStatuses = new Map(Object.entries(statuses).map(([id, status]) => [bytesOf(id).buffer, status]));
    this.dispatchEvent(new Event('keystatuseschange'));
  }

  /** Its keys are gone, and it says so. */
  async expire() {
    await this.beneath.close();
    this.show(
      Object.fromEntries([...this.keyStatuses.keys()].map((id) => [hexOf(new Uint8Array(id)), 'expired'])),
    );
  }

  async close() {
    this.isClosed = true;
    await this.beneath.close().catch(() => {});
    this.end('closed-by-application');
  }
}

/**
 * `systems`: the robustness that each key system reaches; `keys`: what ClearKey decrypts with, by id; `challenge`: what
 * sessions say, in hexadecimal digits.
 */
export function installFakeCdm(options) {
  const cdm = { options, asked: [], certificates: [], sessions: [] };
  navigator.requestMediaKeySystemAccess = async (keySystem, configurations) => {
    const reached = options.systems[keySystem];
    cdm.asked.push({ keySystem, configurations });
    const isReached = ({ robustness = '' }) => robustness === '' || reached?.includes(robustness);
    const granted =
      reached &&
      configurations.find(({ videoCapabilities = [], audioCapabilities = [] }) =>
        [...videoCapabilities, ...audioCapabilities].every(isReached),
      );
    if (!granted) throw new DOMException('Unsupported', 'NotSupportedError');
    cdm.granted = granted;
    const plain = (capabilities) => capabilities?.map(({ contentType }) => ({ contentType }));
    const access = await requestAccess(CLEAR_KEY, [
      { initDataTypes: ['keyids'], videoCapabilities: plain(granted.videoCapabilities) },
    ]);
    const createMediaKeys = async () => {
      const beneath = await access.createMediaKeys();
      return {
        beneath,
        createSession: (type) => {
          const session = new FakeSession(cdm, beneath.createSession(type));
          cdm.sessions.push(session);
          return session;
        },
        setServerCertificate: async (certificate) => {
          cdm.certificates.push({ bytes: hexOf(certificate), before: cdm.sessions.length });
          return true;
        },
      };
    };
    return { keySystem, createMediaKeys };
  };
  HTMLMediaElement.prototype.setMediaKeys = function (keys) {
    return setMediaKeys.call(this, keys?.beneath ?? null);
  };
  globalThis.cdm = cdm;
}
