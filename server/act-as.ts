/**
 * Whose rights this process has, where it was started as root: mail_owner's for all that faces the network, a
 * user's while that user's files are touched, root's for a moment where nothing else will do.
 *
 * local(8) SECURITY · seteuid(2) · docs/decisions/0013-privileges.md
 */
import type { Owner } from '#core';

/** Takes a user's rights for what follows; call the answer to give them back. Nothing runs in between. */
export type ActAs = (owner: Owner) => () => void;

export interface Rights {
  readonly actAs: ActAs;
  /** Does something with root's rights; it must not wait for anything. */
  readonly asRoot: <Result>(run: () => Result) => Result;
  /** From now on everything else is done as this user, who is in no other group. */
  confine(owner: Owner): void;
  /** Root again, as at the start. */
  release(): void;
}

/** Does something as its owner; as this process where there is none, or no choice. */
export function runAs(actAs: ActAs | undefined, owner: Owner | undefined, run: () => void): void {
  if (owner === undefined || actAs === undefined) return run();
  const back = actAs(owner);
  try {
    run();
  } finally {
    back();
  }
}

/** EX_TEMPFAIL of sysexits: a process whose rights are not those it believes must not go on. */
const EXIT_LOST = 75;

/** Undefined where this process is not root: then everything is done as the user who runs it. */
export function rightsOfRoot(): Rights | undefined {
  const { geteuid, getegid, getgroups, setgroups, setegid, seteuid } = process;
  if (!geteuid || !getegid || !getgroups || !setgroups || !setegid || !seteuid) return undefined;
  if (geteuid() !== 0) return undefined;
  const start = { gid: getegid(), groups: getgroups() };
  let uid = 0;
  let { gid } = start;
  let isConfined = false;

  function surely(change: () => void): void {
    try {
      change();
    } catch (error) {
      process.stderr.write(`postscope: fatal: cannot change rights: ${String(error)}\n`);
      process.exit(EXIT_LOST);
    }
  }

  /** Each change stops every thread for a moment, so none is made in vain. */
  const become = (next: Owner): void => {
    surely(() => {
      if (next.gid === gid && next.uid === uid) return;
      if (uid !== 0) seteuid(0);
      if (next.gid !== gid) setegid(next.gid);
      if (next.uid !== 0) seteuid(next.uid);
    });
    ({ uid, gid } = next);
  };

  function during(next: Owner): () => void {
    const before = { uid, gid };
    become(next);
    return () => become(before);
  }

  return {
    actAs: (owner) => {
      if (isConfined) return during(owner);
      surely(() => setgroups([owner.gid]));
      const back = during(owner);
      return () => {
        back();
        surely(() => setgroups(start.groups));
      };
    },
    asRoot: (run) => {
      const back = during({ uid: 0, gid });
      try {
        return run();
      } finally {
        back();
      }
    },
    confine: (owner) => {
      surely(() => setgroups([]));
      isConfined = true;
      become(owner);
    },
    release: () => {
      become({ uid: 0, gid: start.gid });
      surely(() => setgroups(start.groups));
      isConfined = false;
    },
  };
}
