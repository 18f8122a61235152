/** The local clock that arrivals are told on. */
export const nowInSeconds = () => performance.now() / 1000;
