/** Texts of terminal and narration: what is in sight from the start. */
/** The same shape in every language. A function takes what differs from case to case. */
export interface PanelMessages {
  readonly terminal: {
    readonly log: string;
    readonly input: string;
    readonly send: string;
    readonly raw: string;
    readonly rawHint: string;
    readonly connect: string;
    readonly readOnly: string;
    readonly silent: string;
    /** Shows the lines that are not drawn. */
    readonly earlier: (count: number) => string;
    readonly ghost: (line: string) => string;
    readonly accept: string;
    readonly leave: string;
    readonly client: string;
    readonly server: string;
    readonly notes: Readonly<Record<string, string>>;
  };
  readonly narration: {
    readonly title: string;
    readonly nothing: string;
    readonly noWords: string;
    readonly follows: (what: string) => string;
    readonly sources: string;
    readonly outside: Readonly<Record<string, (text: string) => string>>;
  };
}
