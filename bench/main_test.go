package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUsage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		args   []string
		status int
		want   string
	}{
		{"help", []string{"-help"}, exitOK, "-quick"},
		{"unknown flag", []string{"-fast"}, exitUsage, "-fast"},
		{"argument", []string{"everything"}, exitUsage, "unexpected argument"},
		{"duration", []string{"-duration", "1500ms"}, exitUsage, "whole seconds"},
		{"worker", []string{workerCommand, "nothing", "{}"}, exitWork, "no job"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out, complaint bytes.Buffer
			require.Equal(t, tt.status, run(t.Context(), tt.args, &out, &complaint))
			require.Contains(t, complaint.String(), tt.want)
		})
	}
}

func TestWants(t *testing.T) {
	t.Parallel()
	require.True(t, options{}.wants("whole/vp8-360p-9"))
	o := options{only: []string{"scale", "vp8-360p"}}
	require.True(t, o.wants("scale/length"))
	require.True(t, o.wants("whole/vp8-360p-9"))
	require.False(t, o.wants("whole/h264-360p-9"))
}
