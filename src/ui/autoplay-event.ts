/** The browser didn't let a title start by itself. */
export class AutoplayBlockedEvent extends Event {
  /** What wasn't allowed: to start with sound, or even muted. With `autoplay="any"`, `muted` is tried after `sound`. */
  readonly tried: 'sound' | 'muted';
  constructor(tried: 'sound' | 'muted') {
    super('autoplayblocked');
    this.tried = tried;
  }
}
