package events

import "net/netip"

// thisNetworkTable lists what stands for this machine or network (RFC 6890).
func thisNetworkTable() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"),
		netip.MustParsePrefix("255.255.255.255/32"),
	}
}

// specialTable lists the networks that are not part of the Internet at large, or lead to addresses that others can
// choose, beside those that netip knows (RFC 6890 and the IANA registries of special-purpose addresses).
func specialTable() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("100.64.0.0/10"),   // shared address space of providers
		netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
		netip.MustParsePrefix("192.0.2.0/24"),    // documentation
		netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays
		netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks
		netip.MustParsePrefix("198.51.100.0/24"), // documentation
		netip.MustParsePrefix("203.0.113.0/24"),  // documentation
		netip.MustParsePrefix("240.0.0.0/4"),     // reserved
		netip.MustParsePrefix("64:ff9b::/96"),    // IPv4 through NAT64
		netip.MustParsePrefix("64:ff9b:1::/48"),  // the same, local
		netip.MustParsePrefix("100::/64"),        // discarded
		netip.MustParsePrefix("2001::/23"),       // protocol assignments, Teredo among them
		netip.MustParsePrefix("2001:db8::/32"),   // documentation
		netip.MustParsePrefix("2002::/16"),       // 6to4: holds an IPv4 address
		netip.MustParsePrefix("fec0::/10"),       // once site-local
		netip.MustParsePrefix("::/96"),           // IPv4-compatible
	}
}
