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
`;

/** Names of which they say that they cannot tell. */
export const FAILING: readonly string[] = ['broken.example'];
