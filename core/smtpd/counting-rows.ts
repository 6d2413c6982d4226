/** The states of a session that waits for anvil(8), or goes on after it. anvil(8) */
import { answer } from './row.ts';
import { RCPT_COUNTED, SENDER_COUNTED } from './rows.ts';

const over = (limit: 'connections' | 'connectionRate') =>
  ({ type: 'sayTooManyConnections', params: { limit } }) as const;

const GO_ON = [
  { guard: 'isConnecting', target: 'arrivedAnew', description: 'anvil(8)' },
  { guard: 'isSender', target: 'countedSender', description: 'anvil(8)' },
  { target: 'countedRecipient', description: 'anvil(8)' },
] as const;

export const COUNTING_STATES = {
  counting: {
    description: 'How much has this client done of late?',
    on: {
      'anvil.counted': [
        answer('tooManyConnections', over('connections'), 'postconf(5) smtpd_client_connection_count_limit'),
        answer(
          'tooManyNewConnections',
          over('connectionRate'),
          'postconf(5) smtpd_client_connection_rate_limit',
        ),
        answer('tooMuchMail', 'sayTooMuchMail', 'postconf(5) smtpd_client_message_rate_limit'),
        answer(
          'tooManyRecipientsOfClient',
          'sayTooManyRecipientsOfClient',
          'postconf(5) smtpd_client_recipient_rate_limit',
        ),
        ...GO_ON,
      ],
      'master.childDied': GO_ON,
      'timer.fired': GO_ON,
    },
  },
  countedSender: { always: SENDER_COUNTED },
  countedRecipient: { always: RCPT_COUNTED },
} as const;
