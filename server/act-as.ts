/**
 * Touching a user's files as that user, where the server runs as root: a link in a home directory must lead
 * nowhere that its owner could not go. local(8) SECURITY · seteuid(2)
 */
import type { Owner } from '#core';

/** Takes a user's rights for what follows; call the answer to be root again. Nothing runs in between. */
export type ActAs = (owner: Owner) => () => void;

/** Undefined where this process is not root: then everything is done as the user who runs it. */
export function actAsOwner(): ActAs | undefined {
  if (process.geteuid?.() !== 0) return undefined;
  const { setgroups, setegid, seteuid, getgroups } = process;
  if (!setgroups || !setegid || !seteuid || !getgroups) return undefined;
  const groups = getgroups();
  return ({ uid, gid }) => {
    setgroups([gid]);
    setegid(gid);
    seteuid(uid);
    return () => {
      seteuid(0);
      setegid(0);
      setgroups(groups);
    };
  };
}
