/**
 * XFORWARD: a content filter says from whom it had the message, for logs and for the next hop. Nobody is
 * judged by it.
 *
 * XFORWARD_README · postconf(5) smtpd_authorized_xforward_hosts · Postfix: src/smtpd/smtpd.c xforward_cmd
 */
import type { Settings } from '../config/settings.ts';
import { recent } from '../kernel/recent.ts';
import type { LoggedClient } from '../mail/queue-envelope.ts';
import { commandOf } from './odd.ts';
import {
  type Attribute,
  type Attributes,
  type Reader,
  readAddress,
  readAttributes,
  readName,
  readPort,
  readText,
  type Vocabulary,
} from './peer-attributes.ts';
import { mayXforward, UNKNOWN } from './peers.ts';
import { R } from './replies.ts';
import { type Args, type Decision, say } from './say.ts';
import type { Command, SmtpdContext } from './types.ts';

/** What XFORWARD has said; it holds for one message. */
export interface Forwarded {
  /** Undefined when only the message was spoken of. */
  readonly client: LoggedClient | undefined;
  /** The queue id of the message before the filter. */
  readonly ident: string;
  readonly rewriteContext: 'local' | 'remote' | undefined;
}

const NOBODY: LoggedClient = { name: UNKNOWN, address: UNKNOWN, port: UNKNOWN, protocol: UNKNOWN };
const NOTHING: Forwarded = { client: undefined, ident: '', rewriteContext: undefined };
/** The longest name of a protocol. */
const MAX_PROTOCOL_BYTES = 64;

const readForwardedName: Reader = (said) => readName(readText(said));
const readProtocol: Reader = (said) => (said.length > MAX_PROTOCOL_BYTES ? undefined : readText(said));
const readSource: Reader = (said) => (/^(?:local|remote)$/i.test(said) ? said.toLowerCase() : undefined);

const READERS_2: Readonly<Record<string, Reader>> = {
  ...{ NAME: readForwardedName, ADDR: readAddress, PROTO: readProtocol, HELO: readText, SOURCE: readSource },
};
const READERS: Readonly<Record<string, Reader>> = { ...READERS_2, PORT: readPort, IDENT: readText };

function vocabulary({ profile }: Settings): Vocabulary {
  return { readers: profile === '2.3' ? READERS_2 : READERS, later: [], required: [] };
}

/** As EHLO offers it. */
export function xforwardKeyword({ settings }: SmtpdContext): string {
  return ['XFORWARD', ...Object.keys(vocabulary(settings).readers)].join(' ');
}

export function xforwardIsForbidden({ context }: Args): boolean {
  return !mayXforward(context);
}

const readIn = recent(2, (command: Command, { context }: Args): Attributes => {
  return readAttributes(command, context.settings, vocabulary(context.settings));
});

export function xforwardIsWrong(args: Args): boolean {
  return readIn(commandOf(args), args).type === 'wrong';
}

/** Says what is wrong; nothing is taken of such a command, where Postfix takes what stands before. */
export function sayXforwardWrong(args: Args): Decision {
  const read = readIn(commandOf(args), args);
  return say(args, read.type === 'wrong' ? read.reply : R.ok);
}

function withAttribute(said: Forwarded, { name, value }: Attribute): Forwarded {
  const client = (part: Partial<LoggedClient>): Forwarded => {
    return { ...said, client: { ...NOBODY, ...said.client, ...part } };
  };
  switch (name) {
    case 'NAME':
      return client({ name: value ?? UNKNOWN });
    case 'ADDR':
      return client({ address: value ?? UNKNOWN });
    case 'PORT':
      return client({ port: value === undefined ? UNKNOWN : Number(value) });
    case 'PROTO':
      return client({ protocol: value ?? UNKNOWN });
    case 'HELO': {
      const { helo: _helo, ...rest } = said.client ?? NOBODY;
      return { ...said, client: value === undefined ? rest : { ...rest, helo: value } };
    }
    case 'IDENT':
      return { ...said, ident: value ?? '' };
    default:
      return { ...said, rewriteContext: value === 'remote' ? 'remote' : 'local' };
  }
}

/** Remembers it until the next message is over; several commands add up. */
export function acceptForwarded(args: Args): Decision {
  const { extras } = args.context;
  const read = readIn(commandOf(args), args);
  let forwarded = extras.forwarded ?? NOTHING;
  if (read.type === 'read') for (const one of read.attributes) forwarded = withAttribute(forwarded, one);
  return say(args, R.ok, { context: { extras: { ...extras, forwarded } } });
}
