/** What anvil(8) is told about the clients of smtpd(8), and what it knows of them. anvil(8) PROTOCOL */

/** One more event of this client at this service. Answered by anvil.counted with the same `token`. */
export interface AnvilCount {
  readonly type: 'anvil.count';
  readonly token: string;
  readonly what: 'connection' | 'message' | 'recipient';
  /** As master.cf calls it: `smtp`, `127.0.0.1:25`. */
  readonly service: string;
  readonly address: string;
}
/** Its open connections, and how many such events there were in this anvil_rate_time_unit. */
export interface AnvilCounted {
  readonly type: 'anvil.counted';
  readonly token: string;
  readonly connections: number;
  readonly rate: number;
}
/** The client has gone. */
export interface AnvilDisconnect {
  readonly type: 'anvil.disconnect';
  readonly service: string;
  readonly address: string;
}
