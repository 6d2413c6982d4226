/** Debian's opendkim, a milter that signs and verifies: through our server, and through the real Postfix. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Dialogue, parseDialogue } from '../dialogue/dialogue.ts';
import { startPostfix } from '../dialogue/postfix.ts';
import { playOnServer } from '../dialogue/server.ts';
import { oracle, oraclePath, testWithOracle } from '../support/oracles.ts';
import { freePort } from '../support/server-process.ts';

const children: ChildProcess[] = [];
let folder = '';
/** What smtpd_milters says: one that signs, at a port; one that verifies, at a socket. */
let signer = '';
let verifier = '';

async function listening(where: net.NetConnectOpts): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) {
    const isThere = await new Promise<boolean>((done) => {
      const socket = net.connect(where, () => {
        socket.destroy();
        done(true);
      });
      socket.on('error', () => done(false));
    });
    if (isThere) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error('opendkim does not listen');
}

/** Starts it; Socket is as opendkim.conf(5) has it. */
function start(name: string, lines: readonly string[]): string {
  const file = join(folder, `${name}.conf`);
  const common = [
    ...['Syslog no', 'RequireSafeKeys no', 'Canonicalization relaxed/simple', 'UMask 000'],
    ...['InternalHosts 0.0.0.0/0', `TestPublicKeys ${folder}/public`, 'AuthservID mail.example.org'],
  ];
  fs.writeFileSync(file, [...common, ...lines, ''].join('\n'));
  children.push(
    spawn(oraclePath('opendkim'), ['-f', '-x', file], { stdio: ['ignore', 'inherit', 'inherit'] }),
  );
  return file;
}

beforeAll(async () => {
  if (oracle('opendkim') === undefined || oracle('opendkim-genkey') === undefined) return;
  folder = fs.mkdtempSync(join(tmpdir(), 'postscope-opendkim-'));
  fs.chmodSync(folder, 0o777);
  execFileSync(oraclePath('opendkim-genkey'), ['-D', folder, '-d', 'b.example', '-s', 's1', '-b', '1024']);
  const record = fs.readFileSync(join(folder, 's1.txt'), 'latin1');
  const texts = [...record.matchAll(/"([^"]*)"/g)].map(([, text]) => text).join('');
  fs.writeFileSync(join(folder, 'public'), `s1._domainkey.b.example ${texts}\n`);
  const port = await freePort();
  start('signs', [
    ...['Mode s', 'Domain b.example', 'Selector s1', `KeyFile ${folder}/s1.private`],
    `Socket inet:${port}@127.0.0.1`,
  ]);
  start('verifies', ['Mode v', `Socket local:${folder}/socket`]);
  signer = `inet:127.0.0.1:${port}`;
  verifier = `unix:${folder}/socket`;
  await listening({ host: '127.0.0.1', port });
  await listening({ path: join(folder, 'socket') });
}, 60_000);

afterAll(() => {
  for (const child of children) child.kill();
  if (folder !== '') fs.rmSync(folder, { recursive: true, force: true });
});

/** A session that brings one letter. */
function session(milter: string, letter: readonly string[]): Dialogue {
  const lines = [
    ...[`# settings: smtpd_milters = ${milter}`, 'S: 220 x', 'C: EHLO there.example', 'S: 250 x'],
    ...['C: MAIL FROM:<a@b.example>', 'S: 250 x', 'C: RCPT TO:<ann@example.org>', 'S: 250 x'],
    ...['C: DATA', 'S: 354 x', ...letter.map((line) => `C: ${line}`), 'C: .', 'S: 250 x'],
    ...['C: QUIT', 'S: 221 x', 'S-close:', ''],
  ];
  return parseDialogue('opendkim', `# profile: 3.x\n${lines.join('\n')}`)[0] as Dialogue;
}

const LETTER = [
  ...['From: Ann <a@b.example>', 'To: ann@example.org', 'Date: Mon, 2 Mar 2026 09:00:00 +0000'],
  ...['Message-ID: <1@b.example>', 'Subject: a folded', '\tsubject', '', 'Hello', '', '..', 'Bye'],
];

/** Sends a letter through one of us, gives what is in the mailbox. */
async function delivered(milter: string, letter: readonly string[], where: 'ours' | 'theirs') {
  const dialogue = session(milter, letter);
  if (where === 'ours') return (await playOnServer([dialogue]))[0]?.letters[0]?.[0] ?? '';
  const postfix = await startPostfix([dialogue]);
  try {
    return (await postfix.play([dialogue]))[0]?.letters[0]?.[0] ?? '';
  } finally {
    postfix.stop();
  }
}

/** The letter as it was sent on, without the lines that its delivery added. */
function asSent(letter: string): readonly string[] {
  return letter
    .slice(letter.indexOf('DKIM-Signature:'))
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => (line.startsWith('.') ? `.${line}` : line));
}

/** A signature holds when it was made. */
const timeless = (letter: string): string =>
  letter.replace(/\bt=\d+/g, 't={TIME}').replace(/\bb=[A-Za-z0-9+/=\s]+(?=\n\S|$)/, 'b={SIGNATURE}');

testWithOracle('opendkim')(
  'MILTER_README: opendkim signs here as with Postfix, and a verifying one finds the signature good',
  async () => {
    const signed = await delivered(signer, LETTER, 'ours');
    expect(signed).toContain('DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=b.example; s=s1;');
    expect(timeless(signed)).toBe(timeless(await delivered(signer, LETTER, 'theirs')));
    const again = await delivered(verifier, asSent(signed), 'ours');
    expect(again).toMatch(/Authentication-Results: mail\.example\.org;\s+dkim=pass/);
    const forged = asSent(signed).map((line) => line.replace('Hello', 'Hallo'));
    expect(await delivered(verifier, forged, 'ours')).toMatch(/dkim=fail/);
  },
  120_000,
);
