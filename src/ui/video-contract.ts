import { LitElement } from 'lit';
import type { TypedEvents } from './element-events.ts';

/** Members that the host implements itself. */
type OwnMembers = 'autoplay' | 'src' | 'currentSrc' | 'error' | 'play' | 'pause' | 'load';

/** The members of `HTMLVideoElement` beyond `HTMLElement`, except those that the host implements. */
export type VideoContract = Omit<HTMLVideoElement, keyof HTMLElement | OwnMembers>;

/** An element that exposes the API of a native video. */
export interface VideoHost extends HTMLElement {
  /** The native element that plays. */
  readonly video: HTMLVideoElement;
}

/** The typed listeners come first, because the first matching overload is used. */
type VideoHostClass = Omit<typeof LitElement, 'prototype'> &
  (new () => TypedEvents & LitElement & VideoContract);

/** `LitElement` typed with these members; `delegateToVideo` implements them. */
export const VideoHostBase = LitElement as unknown as VideoHostClass;

/** Attributes that are copied to the native element. */
export const MIRRORED_ATTRIBUTES: readonly string[] = [
  'poster',
  'autoplay',
  'loop',
  'playsinline',
  'preload',
  'crossorigin',
  'width',
  'height',
  'controlslist',
  'disablepictureinpicture',
  'disableremoteplayback',
];

/** Properties that reflect an attribute: set on the host, so that markup and script agree. */
const REFLECTING: Readonly<Record<string, string>> = {
  poster: 'poster',
  loop: 'loop',
  controls: 'controls',
  defaultMuted: 'muted',
  playsInline: 'playsinline',
  preload: 'preload',
  crossOrigin: 'crossorigin',
  width: 'width',
  height: 'height',
  disablePictureInPicture: 'disablepictureinpicture',
  disableRemotePlayback: 'disableremoteplayback',
};

/** Events of a native `<video>`, which don't bubble out of a shadow tree. */
export const VIDEO_EVENTS: readonly string[] = [
  'abort',
  'canplay',
  'canplaythrough',
  'durationchange',
  'emptied',
  'encrypted',
  'ended',
  'enterpictureinpicture',
  'leavepictureinpicture',
  'loadeddata',
  'loadedmetadata',
  'loadstart',
  'pause',
  'play',
  'playing',
  'progress',
  'ratechange',
  'resize',
  'seeked',
  'seeking',
  'stalled',
  'suspend',
  'timeupdate',
  'volumechange',
  'waiting',
  'waitingforkey',
];

/** Adds to `prototype` every member of this browser's `HTMLVideoElement` that it doesn't have; on a server there are none. */
export function delegateToVideo(prototype: VideoHost): void {
  if (typeof HTMLVideoElement === 'undefined') return;
  for (const native of [HTMLVideoElement.prototype, HTMLMediaElement.prototype]) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(native))) {
      if (!(name in prototype)) Object.defineProperty(prototype, name, delegated(name, descriptor));
    }
  }
}

/** Applies properties that were set on the element before it was upgraded. */
export function upgradeProperties(host: VideoHost): void {
  for (const name of Object.keys(host)) {
    if (!(name in Object.getPrototypeOf(host))) continue;
    const value: unknown = Reflect.get(host, name);
    if (Reflect.deleteProperty(host, name)) Reflect.set(host, name, value);
  }
}

/** Sets an attribute, or removes it, as frameworks mean by `null` and `undefined`. */
export function setAttribute(element: Element, name: string, value: unknown): void {
  if (value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, String(value));
}

function delegated(name: string, native: PropertyDescriptor): PropertyDescriptor {
  const { enumerable = true, value } = native;
  if (typeof value === 'function') return method(name, enumerable);
  if ('value' in native) return { value, enumerable };
  const attribute = REFLECTING[name];
  if (attribute) return reflected(name, attribute, enumerable);
  if (name.startsWith('on')) return handler(name.slice(2), enumerable);
  return {
    enumerable,
    configurable: true,
    get(this: VideoHost) {
      return Reflect.get(this.video, name);
    },
    ...(native.set && {
      set(this: VideoHost, to: unknown) {
        Reflect.set(this.video, name, to);
      },
    }),
  };
}

function method(name: string, enumerable: boolean): PropertyDescriptor {
  return {
    enumerable,
    configurable: true,
    writable: true,
    value(this: VideoHost, ...args: unknown[]) {
      const native: unknown = Reflect.get(this.video, name);
      return typeof native === 'function' ? Reflect.apply(native, this.video, args) : undefined;
    },
  };
}

function reflected(name: string, attribute: string, enumerable: boolean): PropertyDescriptor {
  return {
    enumerable,
    configurable: true,
    get(this: VideoHost) {
      const native: unknown = Reflect.get(this.video, name);
      return typeof native === 'boolean' ? this.hasAttribute(attribute) : native;
    },
    set(this: VideoHost, to: unknown) {
      const isSwitch = typeof Reflect.get(this.video, name) === 'boolean';
      if (isSwitch) this.toggleAttribute(attribute, Boolean(to));
      else setAttribute(this, attribute, to);
    },
  };
}

/** `onencrypted` and the like, for those that `HTMLElement` doesn't have. */
export function handler(type: string, enumerable: boolean): PropertyDescriptor {
  const handlers = new WeakMap<EventTarget, EventListener>();
  return {
    enumerable,
    configurable: true,
    get(this: EventTarget) {
      return handlers.get(this) ?? null;
    },
    set(this: EventTarget, to: unknown) {
      const before = handlers.get(this);
      if (before) this.removeEventListener(type, before);
      handlers.delete(this);
      if (typeof to !== 'function') return;
      const listener: EventListener = (event) => Reflect.apply(to, this, [event]);
      handlers.set(this, listener);
      this.addEventListener(type, listener);
    },
  };
}
