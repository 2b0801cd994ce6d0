package events

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Guard decides which addresses callbacks may go to. It is asked with the address of every connection, after the name
// has been resolved, so a name that resolves to something else the next time does not get around it.
//
// Without any entry it allows all public addresses. With entries it allows only those: networks and addresses as they
// are, hosts wherever they resolve to, except to this machine or its link, which have to be allowed as networks.
type Guard struct {
	networks []netip.Prefix
	hosts    []string // in lower case; ".example.com" for all below it
}

// ParseGuard makes a Guard of entries such as "10.1.0.0/16", "127.0.0.1", "app.example.com" and "*.example.com". Its errors
// wrap ErrAllowList.
func ParseGuard(entries []string) (*Guard, error) {
	g := &Guard{}
	for _, entry := range entries {
		switch prefix, addr, host := parseEntry(entry); {
		case prefix.IsValid():
			g.networks = append(g.networks, prefix)
		case addr.IsValid():
			g.networks = append(g.networks, netip.PrefixFrom(addr, addr.BitLen()))
		case host != "":
			g.hosts = append(g.hosts, host)
		default:
			return nil, fmt.Errorf("%w: %q", ErrAllowList, entry)
		}
	}
	return g, nil
}

func parseEntry(entry string) (prefix netip.Prefix, addr netip.Addr, host string) {
	if p, err := netip.ParsePrefix(entry); err == nil {
		return p.Masked(), addr, ""
	}
	if a, err := netip.ParseAddr(strings.Trim(entry, "[]")); err == nil {
		return prefix, a.Unmap(), ""
	}
	name := strings.ToLower(strings.TrimPrefix(entry, "*"))
	if strings.Trim(name, ".") == "" || strings.ContainsAny(name, "/:@*? ") {
		return prefix, addr, ""
	}
	return prefix, addr, name
}

// Check returns nil if a connection to addr may be made for a URL of the host, else an error that wraps ErrNotAllowed.
func (g *Guard) Check(host string, addr netip.Addr) error {
	addr = addr.Unmap().WithZone("")
	if slices.ContainsFunc(g.networks, func(p netip.Prefix) bool { return p.Contains(addr) }) {
		return nil
	}
	open := len(g.networks) == 0 && len(g.hosts) == 0
	switch {
	case open && public(addr), !open && g.named(host) && !here(addr):
		return nil
	}
	return fmt.Errorf("%w: %s (%s)", ErrNotAllowed, host, addr)
}

func (g *Guard) named(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return slices.ContainsFunc(g.hosts, func(allowed string) bool {
		return host == allowed || strings.HasPrefix(allowed, ".") && strings.HasSuffix(host, allowed)
	})
}

// here says whether an address is this machine or on its link, or no address of one machine at all.
func here(a netip.Addr) bool {
	return a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsUnspecified() || a.IsMulticast() || !a.IsValid() ||
		slices.ContainsFunc(thisNetworkTable(), func(p netip.Prefix) bool { return p.Contains(a) })
}

// public says whether an address is one of the Internet at large.
func public(a netip.Addr) bool {
	return a.IsGlobalUnicast() && !a.IsPrivate() && !here(a) &&
		!slices.ContainsFunc(specialTable(), func(p netip.Prefix) bool { return p.Contains(a) })
}

// guardedDialer makes connections that the guard allows.
func guardedDialer(g *Guard) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errEndpoint, err)
		}
		d := net.Dialer{Timeout: dialTimeout, Control: func(_, resolved string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(resolved)
			if err != nil {
				return fmt.Errorf("%w: %q", ErrNotAllowed, resolved)
			}
			return g.Check(host, to.Addr())
		}}
		return d.DialContext(ctx, network, address)
	}
}

const dialTimeout = 10 * time.Second
