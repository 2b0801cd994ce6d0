// What kernels of Hadamard transforms have in common.

// CROSS makes the butterflies between neighboring words of p and of q: p their sums, q their differences.
#define CROSS(p, q, s, t) \
	VPSLLD   $16, q, s; \
	VPSRLD   $16, p, t; \
	VPBLENDW $0xaa, s, p, p; \
	VPBLENDW $0xaa, q, t, t; \
	VPSUBW   t, p, q; \
	VPADDW   t, p, p
