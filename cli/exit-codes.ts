/** How a command ended, for scripts. Documented in `EXIT_CODES_HELP`; a number never changes its meaning. */
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
  0    done
  1    done, and the answer is no: the title cannot play, the decisions differ
  2    the command was called wrongly
  3    an input is missing, or can't be used
  4    the network: a server doesn't answer or refuses, or the address to listen on is taken
  5    the output can't be written
  6    a program is missing that is needed (ffmpeg)
  70   a bug in smooth-player itself
  130  interrupted (Ctrl+C); 143: terminated. Where it says so, the same command goes on where it stopped
`;
