/** letters - the mailboxes of the lab's users, as a running server shows them. maildir(5) */
import type { MailEntry } from './view.ts';

/** The newest letters of a user that are fetched. */
const LETTERS_PER_USER = 20;

interface Listed {
  readonly mailboxes: readonly {
    readonly user: string;
    readonly letters: readonly {
      readonly folder: string;
      readonly name: string;
      readonly sizeBytes: number;
      readonly at: number;
    }[];
  }[];
}

interface Letter extends MailEntry {
  readonly at: number;
}

export interface LetterBox {
  /** Asks which letters there are and fetches those that are new. */
  refresh(): Promise<void>;
  /** Those that are there and had arrived by then, ms since the epoch. */
  at(t: number): readonly MailEntry[];
}

/** Empty until the first refresh, and for ever where the server shows nobody's letters. */
export function createLetterBox(): LetterBox {
  let known: readonly Letter[] = [];
  let isShown = true;

  async function fetchLetter(
    user: string,
    letter: Listed['mailboxes'][number]['letters'][number],
  ): Promise<Letter | undefined> {
    const { folder, name, sizeBytes, at } = letter;
    const same = known.find((each) => each.user === user && each.name === name && each.folder === folder);
    if (same !== undefined) return same;
    const path = [user, folder, name].map(encodeURIComponent).join('/');
    const answer = await fetch(`/api/v1/mailboxes/${path}`);
    // Read and moved, or thrown away, since it was listed.
    if (!answer.ok) return undefined;
    return { user, folder, name, sizeBytes, at, text: latin1Of(await answer.arrayBuffer()) };
  }

  async function refresh(): Promise<void> {
    if (!isShown) return;
    const answer = await fetch('/api/v1/mailboxes');
    isShown = answer.ok;
    if (!answer.ok) return;
    const { mailboxes } = (await answer.json()) as Listed;
    const found = await Promise.all(
      mailboxes.flatMap(({ user, letters }) =>
        letters
          .toSorted((one, other) => one.at - other.at)
          .slice(-LETTERS_PER_USER)
          .map((letter) => fetchLetter(user, letter)),
      ),
    );
    known = found.filter((each) => each !== undefined);
  }

  return { refresh, at: (t) => known.filter(({ at }) => at <= t) };
}

/** One character a byte. */
function latin1Of(buffer: ArrayBuffer): string {
  let text = '';
  for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte);
  return text;
}
