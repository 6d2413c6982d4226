/** What the name servers know that the dialogues of the DNS restrictions ask: a zone file. RFC 1035 §5 */
export const ZONE = `$ORIGIN good.example.
$TTL 1h
@       SOA ns hostmaster 1 1h 15m 1w 5m
        NS ns
        MX 10 mail
mail    A 192.0.2.10
ns      A 192.0.2.53
alias   CNAME mail
v6      AAAA 2001:db8::6
text    TXT "nothing else"
chain   CNAME alias
null    MX 0 .
only-a  A 192.0.2.11
lost    MX 10 nowhere
self    MX 10 mail.self
mail.self A 127.0.0.1
long    TXT ${Array.from({ length: 9 }, (_, at) => `"${`${at}`.repeat(80)}"`).join(' ')}
        MX 10 mail
${Array.from({ length: 40 }, (_, at) => `many MX ${at} a-rather-long-name-of-a-mail-exchanger-${at}`).join('\n')}
$ORIGIN bl.example.
1.0.0.127       A 127.0.0.2
                TXT "listed, $rbl_code see http://bl.example/"
bad.example     A 127.0.0.4
                TXT "one"
                TXT "two"
                A 127.0.0.9
mute.example    A 127.0.0.2
$ORIGIN wl.example.
1.0.0.127       A 127.0.9.1
`;

/** Names of which they say that they cannot tell. */
export const FAILING: readonly string[] = ['broken.example'];
