/** Texts of drawer and table, by locale: fetched with the first of them that is opened. */
import { en } from './drawer.en.ts';
import { fr } from './drawer.fr.ts';
import type { Locale } from './messages.ts';

export type { Locale };

/** The same shape in every language. A function takes what differs from case to case. */
export interface DrawerMessages {
  readonly drawer: {
    readonly state: string;
    readonly files: string;
    readonly log: string;
    readonly about: string;
    readonly close: string;
    readonly widen: string;
    readonly narrow: string;
    readonly nothingRuns: string;
    readonly noChart: string;
    readonly process: string;
    readonly step: (n: number) => string;
    readonly why: string;
    readonly whatElse: string;
    readonly whatElseHint: string;
    readonly final: string;
    readonly emptyLog: string;
  };
  readonly chart: {
    readonly label: (name: string) => string;
    readonly fit: string;
    readonly zoomIn: string;
    readonly zoomOut: string;
    readonly hint: string;
    readonly now: string;
    readonly event: string;
    readonly condition: string;
    readonly effect: string;
    readonly atOnce: string;
    readonly otherwise: string;
    readonly stays: string;
    readonly anywhere: string;
    readonly taken: string;
    readonly seen: string;
    readonly rowsOfState: (state: string) => string;
    readonly rowsOfEdge: (from: string, to: string) => string;
    readonly clear: string;
    readonly reads: Readonly<Record<'read.lines' | 'read.data' | 'nothing', string>>;
  };
  readonly files: {
    readonly empty: string;
    readonly emptyMailbox: string;
    readonly id: string;
    readonly sender: string;
    readonly recipients: string;
    readonly size: string;
    readonly age: string;
    readonly nextTry: string;
    readonly now: string;
    readonly gone: string;
    readonly headers: string;
    readonly body: string;
    readonly nullSender: string;
    readonly letters: (count: number) => string;
    readonly envelope: string;
    readonly message: string;
    readonly rest: string;
    /** What a record of a queue file holds, by its type. */
    readonly records: Readonly<Record<string, string>>;
  };
  readonly table: {
    readonly processes: string;
    readonly queues: string;
    readonly mailboxes: string;
    readonly name: string;
    readonly state: string;
    readonly pid: string;
    readonly lastEvent: string;
    readonly where: string;
    readonly user: string;
    readonly folder: string;
    readonly file: string;
    readonly noProcess: string;
    readonly noMessage: string;
    readonly noLetter: string;
  };
  readonly duration: {
    readonly units: readonly [day: string, hour: string, minute: string, second: string];
    readonly inTime: (text: string) => string;
  };
  readonly bytes: (count: string) => string;
  /** One sentence about each place of the stage, by its id. */
  readonly places: Readonly<Record<string, string>>;
}

export function drawerMessages(locale: Locale): DrawerMessages {
  return locale === 'fr' ? fr : en;
}
