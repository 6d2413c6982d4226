/** What of a master.cf is not done here, said by `postfix check` and at the start. master(5) */
import { hasProgram, type Problem, type Settings } from '#core';

/** Programs that are no charts: the server does their work itself. */
const OWN_PROGRAMS: readonly string[] = ['showq', 'spawn'];

function runs(command: string): boolean {
  return hasProgram(command) || OWN_PROGRAMS.includes(command);
}

/**
 * Services of programs that do not exist here are skipped: Debian's master.cf has a dozen, and none is
 * needed to take mail and to deliver it here. Nothing is chrooted: lines that say `y`, or `-`
 * in 2.3 where that is the default, are named.
 */
export function masterWarnings({ master, computed }: Settings): readonly Problem[] {
  const file = `${computed.config_directory}/master.cf`;
  const skipped = master.filter(({ command }) => !runs(command)).map(({ name }) => name);
  const problems: Problem[] = [];
  if (skipped.length > 0) {
    const text = `${file}: no program for these services, skipped: ${skipped.join(' ')}`;
    problems.push({ severity: 'warning', text });
  }
  const chrooted = master.filter(({ chroot, command }) => chroot && runs(command));
  const [first, ...others] = chrooted;
  if (first === undefined) return problems;
  const lines = `line${others.length === 0 ? '' : 's'} ${chrooted.map(({ line }) => line).join(', ')}`;
  const names = chrooted.map(({ name }) => name).join(' ');
  problems.push({
    severity: 'warning',
    text: `${file}: ${lines}: field "chroot" is y, but nothing is chrooted here: ${names}`,
    file,
    line: first.line,
    remedy: {
      en: 'Write n: Node.js has no chroot. As root, sessions have a process without rights instead (decision 18).',
      fr: 'Écrivez n : Node.js n’a pas de chroot. Sous root, les sessions ont un processus sans droits (décision 18).',
    },
  });
  return problems;
}
