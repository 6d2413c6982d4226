/** Other people's mail programs against the lab: each sends a letter, it arrives, and mutt shows it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect } from 'vitest';
import { sendLetter } from '../support/letters.ts';
import { oraclePath, testWithOracle } from '../support/oracles.ts';
import { testLab } from '../support/test-lab.ts';

const run = promisify(execFile);
const FROM = 'espera@gouv.bj';
const TO = 'alexandre@gouv.bj';
const lab = testLab('third');
let port = '';

beforeEach(async () => {
  lab.make();
  port = String(await lab.start());
});

const maildir = (): string => lab.path('home', 'alexandre', 'Maildir');

/** The one letter that arrived. */
async function arrived(): Promise<string> {
  const inbox = join(maildir(), 'new');
  for (let turn = 0; turn < 600; turn += 1) {
    const [name] = fs.existsSync(inbox) ? fs.readdirSync(inbox) : [];
    if (name !== undefined) return fs.readFileSync(join(inbox, name), 'latin1');
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error(`no letter came; the log says:\n${lab.log()}`);
}

testWithOracle('swaks')('swaks(1): sends a letter, a leading dot and all', async () => {
  const to = ['--server', '127.0.0.1', '--port', port, '--from', FROM, '--to', TO];
  const text = ['--header', 'Subject: de swaks', '--body', '.point\n..deux points'];
  const { stdout } = await run(oraclePath('swaks'), [...to, ...text]);
  expect(stdout).toContain('<-  250 2.0.0 Ok: queued as ');
  const letter = await arrived();
  expect(letter).toContain('\nSubject: de swaks\n');
  expect(letter.trimEnd().endsWith('\n\n.point\n..deux points')).toBe(true);
});

const PYTHON = `
import smtplib, sys
from email.message import EmailMessage
letter = EmailMessage()
letter['From'], letter['To'], letter['Subject'] = '${FROM}', '${TO}', 'de Python : été'
letter.set_content('Une ligne.\\n.\\nEncore une, après un point seul.\\n')
with smtplib.SMTP('127.0.0.1', int(sys.argv[1])) as server:
    print(server.ehlo()[0], server.send_message(letter), server.noop()[0])
`;

testWithOracle('python3')('Python smtplib: sends a letter with a dot alone on its line', async () => {
  const { stdout } = await run(oraclePath('python3'), ['-c', PYTHON, port]);
  expect(stdout).toBe('250 {} 250\n');
  const letter = await arrived();
  expect(letter).toMatch(/\nSubject: .*=\?utf-8\?b\?w6l0w6k=\?=\n/);
  const encoded = letter.slice(letter.indexOf('\n\n') + 2);
  const body = letter.includes('\nContent-Transfer-Encoding: base64\n')
    ? Buffer.from(encoded, 'base64').toString('utf8')
    : Buffer.from(encoded, 'latin1').toString('utf8');
  expect(body.trimEnd()).toBe('Une ligne.\n.\nEncore une, après un point seul.');
});

testWithOracle('curl')('curl(1): smtp:// uploads a letter', async () => {
  const file = lab.path('letter.eml');
  fs.writeFileSync(file, `From: ${FROM}\r\nTo: ${TO}\r\nSubject: de curl\r\n\r\nbonjour\r\n.\r\nfin\r\n`);
  const envelope = ['--mail-from', FROM, '--mail-rcpt', TO, '--upload-file', file];
  await run(oraclePath('curl'), [
    '--silent',
    '--show-error',
    '--url',
    `smtp://127.0.0.1:${port}`,
    ...envelope,
  ]);
  const letter = await arrived();
  expect(letter).toContain('\nSubject: de curl\n');
  expect(letter.endsWith('\n\nbonjour\n.\nfin\n')).toBe(true);
});

const TYPED = ['ehlo mail', `mail from: ${FROM}`, `rcpt to: ${TO}`, 'data'];
const TEXT = ['subject: Bonjour', '', 'Felicitacion mon frere on vient de reussir notre config', '.'];

/** Types a line at each answer, as a person would; resolves with all that telnet showed. */
function typed(telnet: ChildProcess, lines: readonly string[]): Promise<string> {
  const waiting = [...lines];
  let screen = '';
  telnet.stdout?.on('data', (bytes: Buffer) => {
    screen += bytes.toString('latin1');
    if (!/(^|\n)\d{3} [^\n]*\n$/.test(screen)) return;
    const next = waiting.shift();
    if (next !== undefined) telnet.stdin?.write(next);
  });
  return new Promise((done) => telnet.once('close', () => done(screen)));
}

testWithOracle('telnet')('telnet(1): the memoir’s session, typed', async () => {
  const telnet = spawn(oraclePath('telnet'), ['127.0.0.1', port]);
  const lines = [...TYPED, TEXT.join('\n'), 'quit'].map((line) => `${line}\n`);
  const screen = await typed(telnet, lines);
  expect(screen).toContain('Escape character is');
  expect(screen).toMatch(/\n250 2\.0\.0 Ok: queued as [0-9A-Z]+\r?\n221 2\.0\.0 Bye/i);
  const letter = await arrived();
  expect(letter).toContain('\nsubject: Bonjour\n');
  expect(letter.endsWith('\n\nFelicitacion mon frere on vient de reussir notre config\n')).toBe(true);
});

/** What a terminal program wrote, without its commands to the terminal (ECMA-48 §5.4). */
function plainText(screen: string): string {
  return screen.replace(/\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>78M])|[\x0e\x0f\r]/g, '\n');
}

testWithOracle('mutt')(
  'mutt(1): lists the letter of the Maildir by its subject and shows its text',
  async () => {
    const body = 'Felicitacion mon frere on vient de reussir notre config\n';
    expect(await sendLetter(Number(port), TO, { id: 'Bonjour-de-Porto-Novo', body })).toBe(true);
    await arrived();
    // Asked for where it is missing, before any command is heard.
    fs.mkdirSync(lab.path('Mail'));
    const options = "-e 'set pager=cat wait_key=no prompt_after=no' -e 'push <display-message><exit>'";
    const mutt = `stty rows 24 cols 100; ${oraclePath('mutt')} -n -F /dev/null -R -f ${maildir()} ${options}`;
    const env = { ...process.env, TERM: 'vt100', HOME: lab.folder, LC_ALL: 'C' };
    const { stdout } = await run('script', ['-qec', mutt, '/dev/null'], { env, timeout: 20_000 });
    const screen = plainText(stdout);
    expect(screen).toMatch(/ 1 N .* Lettre Bonjour-de-Porto-Novo *\n/);
    expect(screen).toContain(`\n${body.trimEnd()}\n`);
  },
);
