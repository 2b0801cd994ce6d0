package ingest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/ingest"
)

const (
	// A sender report with one report block (RFC 3550 6.4.1).
	senderReport = "\x81\xc8\x00\x0c" + // V=2, RC=1, SR, 13 words
		"\x00\x00\x00\x07" + // SSRC
		"\xe8\x00\x00\x01\x80\x00\x00\x00" + // NTP time
		"\x00\x01\x02\x03" + // RTP timestamp
		"\x00\x00\x00\x05\x00\x00\x00\x64" + // packets, octets
		"\x00\x00\x00\x09" + "\x00\x00\x00\x00" + "\x00\x00\x00\x10" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00"
	receiverReport = "\x80\xc9\x00\x01\x00\x00\x00\x07"
	goodbye        = "\x82\xcb\x00\x02\x00\x00\x00\x07\x00\x00\x00\x08"
	feedback       = "\x8f\xcd\x00\x03\x00\x00\x00\x07\x00\x00\x00\x08\xff\xff\xff\xff" // a type that is passed over, broken inside
)

func TestParseRTCP(t *testing.T) {
	t.Parallel()
	report := []ingest.SenderReport{{SSRC: 7, NTPTime: 0xe800000180000000, RTPTime: 0x010203}}
	tests := []struct {
		name     string
		packet   string
		reports  []ingest.SenderReport
		goodbyes []uint32
		err      bool
	}{
		{"sender report", senderReport, report, nil, false},
		{"compound", receiverReport + feedback + senderReport + goodbye, report, []uint32{7, 8}, false},
		{"two reports", senderReport + senderReport, append(report, report...), nil, false},
		{"none", receiverReport, nil, nil, false},
		{"empty", "", nil, nil, true},
		{"half a header", "\x80\xc8", nil, nil, true},
		{"version 1", "\x40\xc9\x00\x01\x00\x00\x00\x07", nil, nil, true},
		{"cut off behind a good one", senderReport + receiverReport[:6], report, nil, true},
		{"report block missing", "\x82\xc8\x00\x06" + senderReport[4:28], nil, nil, true},
		{"longer than the packet", "\x80\xc9\x00\x02\x00\x00\x00\x07", nil, nil, true},
		{"longer than a datagram", string(make([]byte, 65536)), nil, nil, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			reports, goodbyes, err := ingest.ParseRTCP([]byte(tt.packet))
			if tt.err {
				require.ErrorIs(t, err, ingest.ErrRTCP)
			} else {
				require.NoError(t, err)
			}
			require.Equal(t, tt.reports, reports)
			require.Equal(t, tt.goodbyes, goodbyes)
		})
	}
	for n := range senderReport {
		_, _, err := ingest.ParseRTCP([]byte(senderReport[:n]))
		require.ErrorIs(t, err, ingest.ErrRTCP, "%d bytes", n)
	}
}

func TestSSRC(t *testing.T) {
	t.Parallel()
	packet := pkt{seq: 1, payload: []byte("x")}.bytes()
	got, ok := ingest.SSRC(packet)
	require.True(t, ok)
	require.Equal(t, uint32(ssrc), got)
	_, ok = ingest.SSRC(packet[:11])
	require.False(t, ok)
	packet[0] = 0
	_, ok = ingest.SSRC(packet)
	require.False(t, ok)
}
