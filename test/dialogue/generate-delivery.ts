/**
 * generate-delivery - sessions with servers that send mail on by random rules: transport(5), relay hosts,
 * tables by sender, address classes, relocated(5), content filters, header and body checks.
 *
 * A seed is a configuration and a session with it, for ever. Where a message would go is told by the services
 * of whole.ts, so nothing is asked of the DNS.
 */
import { createDice } from '#sim';
import { type Chance, happens, pick } from './chance.ts';
import type { Dialogue, Step } from './dialogue.ts';

const DOMAINS = [
  ...['example.org', 'relay.example', 'sub.relay.example', 'virt.example', 'box.example', 'far.example'],
  ...['sub.far.example', 'other.example', 'mail.example.org'],
];
const PEOPLE = ['ann', 'bob', 'ann+x', 'team', 'carl', 'nobody', 'postmaster'];
const HOPS = ['hub.example', '[hub.example]', '[192.0.2.9]:587', 'mx.far.example:26', '[192.0.2.9]'];
const REFUSALS = ['error:5.1.2 no way there', 'retry:4.4.1 try later', 'retry:4.4.1 try later', 'error:'];
const TRANSPORTS = ['smtp', 'far', 'relay', 'virtual'];
const CLIENTS = ['alice@client.example', 'bea@client.example', '', 'ann@example.org', 'x@sub.far.example'];

const address = (chance: Chance): string => `${pick(chance, PEOPLE)}@${pick(chance, DOMAINS)}`;

function road(chance: Chance): string {
  if (happens(chance, 25)) return pick(chance, REFUSALS);
  const name = pick(chance, TRANSPORTS);
  return happens(chance, 50) ? `${name}:` : `${name}:${pick(chance, HOPS)}`;
}

const transportValue = (chance: Chance): string =>
  happens(chance, 25)
    ? pick(chance, [':', `:${pick(chance, HOPS)}`, 'far', 'local:', 'error'])
    : road(chance);

function table(key: () => string, value: () => string, most: number, chance: Chance): string {
  const keys = new Set(Array.from({ length: 1 + chance.dice.below(most) }, key));
  return `inline:{${[...keys].map((each) => `{${each} = ${value()}}`).join(', ')}}`;
}

const domainKey = (chance: Chance): string =>
  pick(chance, [
    ...[() => pick(chance, DOMAINS), () => `.${pick(chance, DOMAINS)}`, () => address(chance), () => '*'],
    () => `${pick(chance, PEOPLE)}@`,
  ])();
const senderKey = (chance: Chance): string =>
  pick(chance, [...CLIENTS.filter((one) => one !== ''), '@client.example', '<>', '@example.org']);
const aliasKey = (chance: Chance): string =>
  pick(chance, [() => address(chance), () => `@${pick(chance, DOMAINS)}`, () => pick(chance, PEOPLE)])();

const ACTIONS = [
  ...[
    'REJECT',
    'REJECT 5.7.1 not here',
    'REJECT go away',
    'WARN odd',
    'WARN',
    'INFO seen',
    'HOLD',
    'HOLD wait',
  ],
  ...[
    'DISCARD',
    'DISCARD away',
    'IGNORE',
    'DUNNO',
    'PREPEND X-More: yes',
    'REPLACE X-New: other',
    'nonsense',
  ],
  ...['FILTER far:filter.example', 'FILTER nowhere', 'REDIRECT bob@example.org', 'REDIRECT carl@far.example'],
  ...['BCC ann@example.org', 'STRIP gone', 'OK', 'REPLACE', '550 5.7.1 code', 'PREPEND'],
];
const HEADER_PATTERNS = [
  '/^Subject:/',
  '/^X-Mark: (.*)/',
  '/^To:/',
  '/hello/',
  '/^Content-Type:/',
  '/^From:/',
];
const BODY_PATTERNS = ['/text/', '/^odd/', '/^--part/', '/./', '/inner/'];

function checks(chance: Chance, patterns: readonly string[]): string {
  const rules = Array.from({ length: 1 + chance.dice.below(2) }, () =>
    happens(chance, 4)
      ? `{${pick(chance, patterns)}}`
      : `{${pick(chance, patterns)} ${pick(chance, ACTIONS)}}`,
  );
  return `regexp:{${rules.join(', ')}}`;
}

function settings(chance: Chance): readonly string[] {
  const lines = happens(chance, 75) ? ['mynetworks = 127.0.0.0/8'] : [];
  const maybe = (percent: number, line: () => string): void => {
    if (happens(chance, percent)) lines.push(line());
  };
  const to = (): string => address(chance);
  lines.push(`default_transport = ${road(chance)}`);
  maybe(60, () => `relay_transport = ${road(chance)}`);
  maybe(35, () => `relayhost = ${pick(chance, HOPS)}`);
  maybe(
    50,
    () =>
      `transport_maps = ${table(
        () => domainKey(chance),
        () => transportValue(chance),
        4,
        chance,
      )}`,
  );
  maybe(25, () => {
    const value = (): string => pick(chance, [...HOPS, 'DUNNO']);
    return `sender_dependent_relayhost_maps = ${table(() => senderKey(chance), value, 2, chance)}`;
  });
  maybe(25, () => {
    const value = (): string => (happens(chance, 20) ? 'DUNNO' : road(chance));
    return `sender_dependent_default_transport_maps = ${table(() => senderKey(chance), value, 2, chance)}`;
  });
  maybe(25, () => `relocated_maps = ${table(() => aliasKey(chance), to, 2, chance)}`);
  maybe(40, () => 'virtual_alias_domains = virt.example');
  maybe(40, () => {
    const value = (): string => (happens(chance, 30) ? `${to()} ${to()}` : to());
    return `virtual_alias_maps = ${table(() => aliasKey(chance), value, 3, chance)}`;
  });
  maybe(40, () => 'virtual_mailbox_domains = box.example');
  maybe(
    40,
    () =>
      `virtual_mailbox_maps = ${table(
        () => aliasKey(chance),
        () => 'x/',
        3,
        chance,
      )}`,
  );
  maybe(20, () => `virtual_transport = ${road(chance)}`);
  maybe(
    20,
    () =>
      `relay_recipient_maps = ${table(
        () => aliasKey(chance),
        () => 'x',
        3,
        chance,
      )}`,
  );
  maybe(10, () => `local_transport = ${road(chance)}`);
  maybe(
    15,
    () => `content_filter = ${pick(chance, ['far:filter.example', 'far:', 'smtp:[127.0.0.1]:10025'])}`,
  );
  maybe(10, () => 'smtpd_reject_unlisted_recipient = no');
  maybe(15, () => 'parent_domain_matches_subdomains =');
  maybe(15, () => 'show_user_unknown_table_name = no');
  maybe(15, () => `header_checks = ${checks(chance, HEADER_PATTERNS)}`);
  maybe(10, () => `mime_header_checks = ${checks(chance, HEADER_PATTERNS)}`);
  maybe(10, () => `nested_header_checks = ${checks(chance, HEADER_PATTERNS)}`);
  maybe(15, () => `body_checks = ${checks(chance, BODY_PATTERNS)}`);
  maybe(30, () => {
    const value = (): string => pick(chance, ['HOLD', 'HOLD', 'FILTER far:by.sender', 'WARN see', 'DISCARD']);
    return `smtpd_sender_restrictions = check_sender_access ${table(() => senderKey(chance), value, 2, chance)}`;
  });
  maybe(10, () => 'far_destination_recipient_limit = 1');
  maybe(10, () => 'recipient_delimiter = -');
  return lines;
}

const HEADERS = [
  ...['Subject: hello', 'X-Mark: one', 'From: alice@client.example', 'To: bob@example.org'],
  'Message-Id: <1@client.example>',
];
const PARTS = [
  ...['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=part', '', '--part', 'X-Mark: in a part'],
  ...[
    '',
    'text',
    '--part',
    'Content-Type: message/rfc822',
    '',
    'Subject: inner',
    '',
    'inner text',
    '--part--',
  ],
];

const send = (bytes: string): Step => ({ type: 'send', bytes, split: false });

function text(chance: Chance): string {
  const headers = new Set(Array.from({ length: 1 + chance.dice.below(3) }, () => pick(chance, HEADERS)));
  const rest = happens(chance, 25) ? PARTS : ['', 'text', 'odd line', 'last'];
  return [...headers, ...rest, '.', ''].join('\r\n');
}

/** A configuration and a session from a seed, without what the server says. */
export function generateDelivery(seed: number): Dialogue {
  const chance: Chance = { dice: createDice(seed), faults: 0 };
  const lines = settings(chance);
  const steps = [send('EHLO client.example\r\n')];
  for (let left = 1 + chance.dice.below(2); left > 0; left -= 1) {
    steps.push(send(`MAIL FROM:<${pick(chance, CLIENTS)}>\r\n`));
    for (let more = 1 + chance.dice.below(3); more > 0; more -= 1)
      steps.push(send(`RCPT TO:<${address(chance)}>\r\n`));
    steps.push(send('DATA\r\n'), send(text(chance)), send('RSET\r\n'));
  }
  steps.push(send('QUIT\r\n'));
  return { name: `delivery, seed ${seed}`, profile: '3.x', settings: lines, steps };
}
