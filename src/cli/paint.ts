/** Colours of the terminal, or none at all. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

/** @param colour whether the terminal shows colours and the person wants them */
export function paint(colour: boolean): Paint {
  const code =
    (on: number, off: number) =>
    (text: string): string =>
      colour ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return { good: code(32, 39), bad: code(31, 39), dim: code(2, 22), bold: code(1, 22) };
}
