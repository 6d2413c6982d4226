/** Texts of terminal and narration in English. */
import type { PanelMessages } from './panels.ts';

export const panels: PanelMessages = {
  terminal: {
    log: 'Dialogue with the server',
    input: 'Your line',
    send: 'Send',
    raw: 'Raw view',
    rawHint: 'Shows the CRLF line ends and invisible bytes.',
    connect: 'Connect',
    readOnly: 'Read only: a session observed on the server.',
    silent: 'The server will speak first.',
    earlier: (count) => `Show the ${count} lines before`,
    ghost: (line) => `Suggestion: ${line}`,
    accept: 'Tab to accept',
    leave: 'Esc to leave',
    client: 'Client',
    server: 'Server',
    notes: {
      eof: 'Connection closed by the server.',
      local: 'Connection closed by the client.',
      reset: 'Connection reset.',
      refused: 'Connection refused: nobody listens at this port.',
      unreachable: 'The machine does not answer.',
    },
  },
  narration: {
    title: 'What just happened',
    nothing: 'Nothing yet.',
    noWords: 'No row of the chart answers this event.',
    follows: (what) => `Following: ${what}`,
    sources: 'Where it is written',
    outside: {
      'process.started': () => 'A process is started.',
      'net.connecting': () => 'asks for a connection.',
      'net.connected': () => 'is connected.',
      'net.sent': (text) => `sends: ${text}`,
      'net.received': (text) => `receives: ${text}`,
      'net.closed': () => 'is no longer connected.',
      'power.cut': () => 'The power fails.',
      'power.on': () => 'The power is back.',
      'time.passed': () => 'Time passes.',
    },
  },
};
