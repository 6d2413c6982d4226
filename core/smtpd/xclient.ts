/**
 * XCLIENT: a trusted client speaks in the name of another, and the session begins again with that one.
 *
 * XCLIENT_README · postconf(5) smtpd_authorized_xclient_hosts · Postfix: src/smtpd/smtpd.c xclient_cmd
 */
import type { Settings } from '../config/settings.ts';
import { joined } from '../kernel/joined.ts';
import { recent } from '../kernel/recent.ts';
import { forgetTransaction } from './connection.ts';
import { leaving, NO_FILTERS } from './filter-notes.ts';
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
import { mayXclient, UNKNOWN } from './peers.ts';
import { R } from './replies.ts';
import { type Args, begin, type Decision, say } from './say.ts';
import type { Client, Command, SmtpdContext } from './types.ts';

const readProtocol: Reader = (said) => {
  const name = said.toUpperCase();
  return name === 'SMTP' || name === 'ESMTP' ? name : undefined;
};

const READERS_2: Readonly<Record<string, Reader>> = {
  ...{ NAME: readName, ADDR: readAddress, PROTO: readProtocol, HELO: readText, REVERSE_NAME: readName },
};
const READERS: Readonly<Record<string, Reader>> = {
  ...READERS_2,
  ...{ PORT: readPort, LOGIN: (said) => said, DESTADDR: readAddress, DESTPORT: readPort },
};

function vocabulary({ profile }: Settings): Vocabulary {
  const readers = profile === '2.3' ? READERS_2 : READERS;
  return { readers, later: ['NAME', 'REVERSE_NAME'], required: ['PROTO'] };
}

/** As EHLO offers it. LOGIN is there because Debian's Postfix is built with SASL. */
export function xclientKeyword({ settings }: SmtpdContext): string {
  return ['XCLIENT', ...Object.keys(vocabulary(settings).readers)].join(' ');
}

export function xclientIsForbidden({ context }: Args): boolean {
  return !mayXclient(context);
}

/** The guard and the actions of a row ask for the attributes of the same command. */
const readIn = recent(2, (command: Command, { context }: Args): Attributes => {
  return readAttributes(command, context.settings, vocabulary(context.settings));
});

export function xclientIsWrong(args: Args): boolean {
  return readIn(commandOf(args), args).type === 'wrong';
}

/**
 * Says what is wrong. Differs: nothing of a command that is refused is taken; Postfix takes what stands
 * before the mistake.
 */
export function sayXclientWrong(args: Args): Decision {
  const read = readIn(commandOf(args), args);
  return say(args, read.type === 'wrong' ? read.reply : R.ok);
}

type Changes = Pick<SmtpdContext, 'client' | 'serverAddress' | 'serverPort' | 'helo' | 'protocol'>;

/** One attribute more. An unknown port of the server is not noted, as if nobody had said. */
function withAttribute(changes: Changes, { name, value, later }: Attribute): Changes {
  const client = (part: Partial<Client>): Changes => ({ ...changes, client: { ...changes.client, ...part } });
  switch (name) {
    case 'NAME':
      return value === undefined
        ? client({ name: UNKNOWN, nameIsPending: later })
        : client({ name: value, reverseName: value, nameIsPending: false, reverseNameIsPending: false });
    case 'REVERSE_NAME':
      return client({ reverseName: value ?? UNKNOWN, reverseNameIsPending: later });
    case 'ADDR':
      return client({ address: value ?? UNKNOWN });
    case 'PORT':
      return client({ port: Number(value ?? 0) });
    case 'LOGIN':
      return client({ login: value ?? '' });
    case 'HELO':
      return { ...changes, helo: value ?? '' };
    case 'PROTO':
      return { ...changes, protocol: value === 'ESMTP' ? 'ESMTP' : 'SMTP' };
    case 'DESTADDR':
      return { ...changes, serverAddress: value ?? UNKNOWN };
    default:
      return { ...changes, serverPort: Number(value ?? 0) };
  }
}

/** The client is somebody else now, who has said nothing yet but what the command says. */
export function becomeClient(args: Args): Decision {
  const { context } = args;
  const read = readIn(commandOf(args), args);
  const begun = begin(args);
  const forgotten = forgetTransaction(args);
  const { serverAddress, serverPort } = context;
  const { login: _login, ...nobody } = context.client;
  let changes: Changes = { client: nobody, serverAddress, serverPort, helo: '', protocol: 'SMTP' };
  if (read.type === 'read') for (const one of read.attributes) changes = withAttribute(changes, one);
  return {
    context: {
      ...{ ...begun.context, ...forgotten.context, ...changes },
      ...{ command: undefined, party: undefined, deferred: {}, filters: NO_FILTERS },
    },
    effects: joined(joined(begun.effects ?? [], forgotten.effects ?? []), leaving(context)),
  };
}
