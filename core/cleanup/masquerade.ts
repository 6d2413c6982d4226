/**
 * Masquerading: `ann@host.example.com` becomes `ann@example.com`. It comes after canonical(5).
 *
 * postconf(5) masquerade_domains · ADDRESS_REWRITING_README · Postfix: src/cleanup/cleanup_masquerade.c
 */
import { matchString } from '../config/match-list.ts';
import { listOf, type Settings } from '../config/settings.ts';
import { quote822, unquote822 } from '../mail/quote.ts';
import { type AddressClass, bothCauses, canonical, type Mapped, notAccepted } from './address-maps.ts';

/** An item of masquerade_domains without its `!`, and whether what is below it is cut off. */
interface Domain {
  readonly name: string;
  readonly cuts: boolean;
}

function domainOf(item: string): Domain {
  const name = item.replace(/^!+/, '');
  return { name, cuts: (item.length - name.length) % 2 === 0 };
}

/** The first item that is the domain, or that it lies below, decides. What is left of a domain is folded. */
function shortened(settings: Settings, domain: string): { readonly to: string; readonly item?: string } {
  const whole = domain.toLowerCase();
  for (const item of listOf(settings, 'masquerade_domains')) {
    const { name, cuts } = domainOf(item);
    const wanted = name.toLowerCase();
    if (wanted === '') continue;
    if (wanted === whole) return { to: domain };
    if (whole.endsWith(`.${wanted}`)) return cuts ? { to: wanted, item } : { to: domain };
  }
  return { to: domain };
}

/**
 * An address without the host part of its domain. postconf(5) masquerade_domains, masquerade_exceptions,
 * masquerade_classes
 *
 * Differs: that masquerade_exceptions could not be asked is logged as a warning, not only as information.
 *
 * @param address external form: names in masquerade_exceptions are compared with their quotes
 */
export function masquerade(settings: Settings, address: string, addressClass: AddressClass): Mapped {
  const at = address.lastIndexOf('@');
  const unwanted = !listOf(settings, 'masquerade_classes').includes(addressClass);
  if (at < 0 || unwanted || listOf(settings, 'masquerade_domains').length === 0)
    return { addresses: [address] };
  const excepted = matchString(settings, 'masquerade_exceptions', address.slice(0, at));
  if (excepted.type === 'error') {
    const warning = `masquerade_exceptions map lookup problem${notAccepted(settings)}`;
    return {
      addresses: [address],
      warning,
      failed: 'lookup',
      causes: [{ parameter: 'masquerade_exceptions' }],
    };
  }
  if (excepted.type === 'match') return { addresses: [address] };
  const { to, item } = shortened(settings, address.slice(at + 1));
  if (item === undefined) return { addresses: [address] };
  const causes = [{ parameter: 'masquerade_domains', key: item }];
  return { addresses: [address.slice(0, at + 1) + to], causes };
}

/** canonical(5), then masquerading, for an address of the envelope in internal form. */
export function finalForm(settings: Settings, address: string, addressClass: AddressClass): Mapped {
  const mapped = canonical(settings, address, addressClass);
  if (mapped.failed !== undefined) return mapped;
  const external = quote822(mapped.addresses[0] ?? address);
  const masking = masquerade(settings, external, addressClass);
  const { addresses, ...problem } = masking;
  const [masked = external] = addresses;
  const changed = masked === external ? problem : { addresses: [unquote822(masked)] };
  return { ...mapped, ...changed, ...bothCauses(mapped, masking) };
}
