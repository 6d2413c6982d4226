/**
 * The SMTP session that milters are told of where there was none: mail of this machine.
 *
 * postconf(5) non_smtpd_milters · MILTER_README · Postfix: src/cleanup/cleanup_milter.c
 * cleanup_milter_emul_mail, cleanup_milter_emul_rcpt
 */
import type { Macros, MilterHappening } from '../kernel/milter.ts';
import { parseQueueFile } from '../mail/queue-file.ts';
import { quote821 } from '../mail/quote.ts';
import type { CleanupContext } from './types.ts';

const LOCALHOST = { name: 'localhost', address: '127.0.0.1', port: 0 };

/** What is known of such a session. */
export function macrosFor({ queueId, sender }: CleanupContext): Macros {
  return {
    '{daemon_addr}': '127.0.0.1',
    ...{ _: 'localhost [127.0.0.1]', i: queueId, '{client_addr}': '127.0.0.1' },
    ...{
      '{client_name}': 'localhost',
      '{client_ptr}': 'localhost',
      '{mail_addr}': sender === '' ? '' : quote821(sender),
    },
  };
}

/**
 * Whoever was named, before virtual(5) and in order; copies for the postmaster are nobody's business. Postfix
 * 2.3 keeps no record of it: the addresses are those behind virtual(5).
 */
function recipientsIn({ settings }: CleanupContext, bytes: Uint8Array): ReadonlySet<string> {
  const all = parseQueueFile(bytes).recipients;
  if (settings.profile === '2.3') return new Set(all.map(({ address }) => address));
  const named = all.flatMap(({ dsnOrcpt }) => /^rfc822;(.+)$/i.exec(dsnOrcpt)?.[1] ?? []);
  return new Set(named);
}

/** Everything up to the text; as Postfix, addresses are without <>. @param bytes the queue file */
export function happeningsFor(context: CleanupContext, bytes: Uint8Array): readonly MilterHappening[] {
  const rcpts = [...recipientsIn(context, bytes)].map(
    (address): MilterHappening => ({
      ...{ stage: 'rcpt', words: [quote821(address)] },
      macros: { '{rcpt_addr}': quote821(address) },
    }),
  );
  return [
    { stage: 'connect', client: LOCALHOST },
    { stage: 'helo', name: LOCALHOST.name },
    { stage: 'mail', words: [context.sender === '' ? '' : quote821(context.sender)] },
    ...rcpts,
    { stage: 'data' },
  ];
}
