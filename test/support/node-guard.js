/**
 * node-guard - stops with a sentence in French and English where the Node that runs is older than 24.
 *
 * Plain JavaScript on purpose: an old Node must be able to read it. On Linux and Windows `npm ci` brings
 * Node 24 along (docs/decisions/0008); on a Mac, or after `npm ci --omit=optional`, the machine's own Node runs.
 */
const OLDEST_MAJOR = 24;
const running = process.versions.node;

if (Number(running.split('.')[0]) < OLDEST_MAJOR) {
  process.stderr.write(
    [
      '',
      `Postscope demande Node ${OLDEST_MAJOR} ou plus récent ; ici tourne Node ${running}.`,
      `  Installez-le depuis https://nodejs.org, puis relancez la même commande.`,
      `Postscope needs Node ${OLDEST_MAJOR} or newer; this is Node ${running}.`,
      `  Install it from https://nodejs.org, then run the same command again.`,
      '',
      '',
    ].join('\n'),
  );
  process.exit(1);
}
