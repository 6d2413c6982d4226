/**
 * configuration - the mail server that every dialogue is held with: mail.example.org, a stranger as client.
 *
 * The same text is read by the simulator, by our server and by the real Postfix.
 */
import type { Profile } from './dialogue.ts';

/** Where the files of this server are. */
export interface Places {
  /** Folder of aliases. */
  readonly etc: string;
  /** Folder of the mailboxes. */
  readonly mail: string;
}

export const BOXES = ['ann', 'bob', 'quoted', 'postmaster'] as const;

/** aliases(5): every mailbox is a Maildir of its own. */
export function aliasesText({ mail }: Places): string {
  return [
    `ann: ${mail}/ann/`,
    `bob: ${mail}/bob/`,
    `"first last": ${mail}/quoted/`,
    `postmaster: ${mail}/postmaster/`,
    'team: ann, bob',
    'mailer-daemon: postmaster',
    '',
  ].join('\n');
}

/** main.cf lines of all players. The client is a stranger: its address is in no trusted network. */
const COMMON = [
  'myhostname = mail.example.org',
  'mydomain = example.org',
  'myorigin = $mydomain',
  'mydestination = example.org, mail.example.org, localhost.example.org, localhost',
  'mynetworks = 192.0.2.0/24',
  'inet_interfaces = loopback-only',
  'inet_protocols = ipv4',
  'local_header_rewrite_clients =',
  'relay_domains = relay.example',
  'relay_transport = error:5.1.2 nothing is relayed from here',
  'default_transport = error:5.1.2 nothing leaves this machine',
  'recipient_delimiter = +',
  'local_recipient_maps = $alias_maps',
  'smtpd_peername_lookup = no',
  'smtpd_client_connection_count_limit = 0',
  'smtpd_error_sleep_time = 0',
];

/** What a profile means by itself, written out for those who have to be told. */
const OF_PROFILE: Readonly<Record<Profile, readonly string[]>> = {
  '3.x': [
    ...['compatibility_level = 3.6', 'smtputf8_enable = no'],
    ...['smtpd_forbid_bare_newline = normalize', 'smtpd_forbid_unauth_pipelining = yes'],
  ],
  '2.3': [
    ...['compatibility_level = 0', 'always_add_missing_headers = yes', 'relay_domains = relay.example'],
    ...['smtpd_relay_restrictions =', 'smtputf8_enable = no', 'append_dot_mydomain = yes'],
    'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination',
    ...['smtpd_forbid_bare_newline = no', 'smtpd_forbid_unauth_pipelining = no'],
    'undisclosed_recipients_header = To: undisclosed-recipients:;',
    ...['cleanup_replace_stray_cr_lf = no', 'smtpd_forbidden_commands = CONNECT, GET, POST'],
  ],
};

/** The settings of a dialogue for the real Postfix of today, which is asked to behave as the profile says. */
export function oracleSettings(profile: Profile, settings: readonly string[]): readonly string[] {
  return [...OF_PROFILE[profile], ...settings];
}

/** main.cf without the settings of a dialogue. */
export function commonMainCf({ etc }: Places): readonly string[] {
  return [...COMMON, `alias_maps = hash:${etc}/aliases`, `alias_database = hash:${etc}/aliases`];
}

/** main.cf for one of ours. */
export function ownMainCf(places: Places, profile: Profile, settings: readonly string[]): string {
  const level = profile === '3.x' ? ['compatibility_level = 3.6'] : [];
  const lines = [`postfix_version_profile = ${profile}`, ...level, ...commonMainCf(places), ...settings];
  return `${lines.join('\n')}\n`;
}

/** master.cf(5) of ours; the simulator and the server differ in what listens. */
export function ownMasterCf(listener: string, profile: Profile): string {
  const queue = profile === '2.3' ? 'fifo' : 'unix';
  return [
    `${listener} inet n - n - - smtpd`,
    `pickup ${queue} n - n 60 1 pickup`,
    'cleanup unix n - n - 0 cleanup',
    `qmgr ${queue} n - n 300 1 qmgr`,
    'rewrite unix - - n - - trivial-rewrite',
    ...['bounce', 'defer', 'trace'].map((name) => `${name} unix - - n - 0 bounce`),
    ...['flush unix n - n 1000? 0 flush', 'showq unix n - n - - showq'],
    'error unix - - n - - error',
    'local unix - n n - - local',
    ...['anvil unix - - n - 1 anvil', 'verify unix - - n - 1 verify'],
    '',
  ].join('\n');
}

/** Dialogues with equal keys are held with the same server. */
export function serverKey(profile: Profile, settings: readonly string[]): string {
  return [profile, ...settings].join('\n');
}
