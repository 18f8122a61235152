/** Exit codes, for scripts. Documented in `EXIT_CODES_HELP`; a number never changes its meaning. */
export const EXIT = {
  ok: 0,
  negative: 1,
  usage: 2,
  input: 3,
  network: 4,
  output: 5,
  missingProgram: 6,
  internal: 70,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP = `Exit codes:
  0    success
  1    success, but the result is negative: the title cannot play, or the decisions differ
  2    invalid arguments
  3    an input is missing or invalid
  4    network failure: a server doesn't respond or denies access, or the address to listen on is in use
  5    the output can't be written
  6    a required program (ffmpeg) is missing
  70   a bug in smooth-player
  130  interrupted (Ctrl+C); 143: terminated. If the output says so, the same command continues where it stopped
With --json, a failure is printed as { "ok": false, "exitCode", "problem" } too.
`;
