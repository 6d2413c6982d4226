/** What is asked of policy servers, and how they are asked. SMTPD_POLICY_README */
import type { Endpoint } from './effects.ts';

/** A policy server, and the patience that there is with it. postconf(5) smtpd_policy_service_timeout */
export interface PolicyServer {
  readonly endpoint: Endpoint;
  /** For the log: `127.0.0.1:10031`, `private/policy`. */
  readonly name: string;
  readonly timeoutMs: number;
  readonly maxIdleMs: number;
  readonly maxTtlMs: number;
  /** Requests on one connection; 0: any number. */
  readonly requestLimit: number;
  readonly tryLimit: number;
  readonly retryDelayMs: number;
}

/** Ask a policy server. Answered by policy.answer with the same `token`. */
export interface PolicyAsk {
  readonly type: 'policy.ask';
  readonly token: string;
  readonly server: PolicyServer;
  /** Names and values in the order in which they are sent. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
}
/** What the server wants done, as an entry of an access(5) table; undefined: it could not be asked. */
export interface PolicyAnswer {
  readonly type: 'policy.answer';
  readonly token: string;
  readonly action: string | undefined;
}
