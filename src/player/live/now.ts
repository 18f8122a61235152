/** The local clock of arrivals. */
export const nowInSeconds = () => performance.now() / 1000;
