import { setMaxListeners } from 'node:events';
import { FakeMediaSource, objectUrls } from './media-source.ts';

/** What of a page the library looks at. */
class Page extends EventTarget {
  hidden = false;
  baseURI = 'http://page.example/';
  pictureInPictureElement = null;
}

const NAMES = [
  'document',
  'HTMLMediaElement',
  'MediaSource',
  'navigator',
  'devicePixelRatio',
  'location',
  'addEventListener',
  'removeEventListener',
] as const;

/** Puts a page's globals in place; `leave` takes them away. */
export function enterPage(): { readonly page: Page; readonly window: EventTarget; leave(): void } {
  const before = NAMES.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  const page = new Page();
  const window = new EventTarget();
  const { createObjectURL, revokeObjectURL } = URL;
  let urls = 0;
  // As many listen to one signal as an element has events.
  setMaxListeners(100);
  const globals = {
    document: page,
    HTMLMediaElement: { HAVE_NOTHING: 0, HAVE_METADATA: 1, HAVE_CURRENT_DATA: 2, HAVE_FUTURE_DATA: 3 },
    MediaSource: FakeMediaSource,
    navigator: {
      onLine: true,
      mediaCapabilities: { decodingInfo: async () => ({ supported: true, smooth: true }) },
    },
    devicePixelRatio: 1,
    location: new URL('http://page.example/'),
    addEventListener: window.addEventListener.bind(window),
    removeEventListener: window.removeEventListener.bind(window),
  };
  for (const name of NAMES)
    Object.defineProperty(globalThis, name, { value: globals[name], configurable: true, writable: true });
  URL.createObjectURL = (source: unknown) => {
    const url = `blob:${++urls}`;
    objectUrls.set(url, source as FakeMediaSource);
    return url;
  };
  URL.revokeObjectURL = (url: string) => void objectUrls.delete(url);
  return {
    page,
    window,
    leave() {
      for (const [name, descriptor] of before) {
        if (descriptor) Object.defineProperty(globalThis, name, descriptor);
        else Reflect.deleteProperty(globalThis, name);
      }
      Object.assign(URL, { createObjectURL, revokeObjectURL });
      objectUrls.clear();
      FakeMediaSource.all.length = 0;
    },
  };
}
