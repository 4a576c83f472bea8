/** What a host's programs are made for, as `uname -m` and the userland say it: `facts.architecture`. */
export const architectureNames = ['x86_64', 'i686', 'aarch64', 'armv7l', 'armv6l'] as const;

export type Architecture = (typeof architectureNames)[number];

/** What a board's usual system runs. `arch` in the inventory says otherwise where another one is installed. */
interface Board {
  readonly architecture: Architecture;
  readonly cpu: string;
  /** Whether the CPU has instructions for AES: of the Pis up to the 4 none has. */
  readonly aes?: true;
}

/**
 * Boards by their name in the inventory.
 * @see https://www.raspberrypi.com/documentation/computers/processors.html
 */
const boards: Readonly<Record<string, Board>> = {
  pi_zero: {architecture: 'armv6l', cpu: 'ARM1176, ARMv6'},
  pi_1: {architecture: 'armv6l', cpu: 'ARM1176, ARMv6'},
  pi_2: {architecture: 'armv7l', cpu: 'Cortex-A7, ARMv7'},
  pi_zero_2: {architecture: 'aarch64', cpu: 'Cortex-A53, ARMv8'},
  pi_3: {architecture: 'armv7l', cpu: 'Cortex-A53, ARMv8 with a 32-bit system'},
  pi_4: {architecture: 'aarch64', cpu: 'Cortex-A72, ARMv8'},
  pi_5: {architecture: 'aarch64', cpu: 'Cortex-A76, ARMv8', aes: true},
  pc: {architecture: 'x86_64', cpu: 'x86-64', aes: true},
};

export const boardNames: readonly string[] = Object.keys(boards);

/** The board of this name, or undefined where there is none. */
export function boardNamed(name: string): Board | undefined {
  return Object.hasOwn(boards, name) ? boards[name] : undefined;
}

/**
 * Whether a host's CPU has no instructions for AES, as far as the inventory says it by `board` or `arch`. Of 64-bit ARM
 * alone nothing follows.
 */
export function lacksAes(board: string | undefined, arch: string | undefined): boolean {
  const known = board === undefined ? undefined : boardNamed(board);
  if (known) return known.aes !== true;
  const architecture = arch === undefined ? undefined : architectureNamed(arch);
  return architecture === 'armv6l' || architecture === 'armv7l';
}

/** What people and packages call them. */
const spellings: Readonly<Record<string, Architecture>> = {
  amd64: 'x86_64',
  'x86-64': 'x86_64',
  '386': 'i686',
  i386: 'i686',
  arm64: 'aarch64',
  armv7: 'armv7l',
  armhf: 'armv7l',
  // What a 64-bit kernel calls itself to a 32-bit system.
  armv8l: 'armv7l',
  armv6: 'armv6l',
};

/** An architecture by one of its names, or undefined. */
export function architectureNamed(name: string): Architecture | undefined {
  if (isArchitecture(name)) return name;
  return Object.hasOwn(spellings, name) ? spellings[name] : undefined;
}

/**
 * All that a name may stand for, where something is not to be had: Debian's `armhf` is ARMv7, and Raspberry Pi OS has it on
 * boards with ARMv6 as well, which dpkg cannot tell apart.
 * @see https://wiki.debian.org/RaspberryPi
 */
export function architecturesNamed(name: string): readonly Architecture[] {
  if (name === 'armhf') return ['armv6l', 'armv7l'];
  const one = architectureNamed(name);
  return one === undefined ? [] : [one];
}

export function isArchitecture(value: unknown): value is Architecture {
  return architectureNames.some((one) => one === value);
}

const words: Readonly<Record<Architecture, string>> = {
  x86_64: '64-bit x86',
  i686: '32-bit x86',
  aarch64: '64-bit ARM',
  armv7l: '32-bit ARMv7',
  armv6l: '32-bit ARMv6',
};

/** For messages: `32-bit ARMv6`. */
export function architectureInWords(architecture: Architecture): string {
  return words[architecture];
}
