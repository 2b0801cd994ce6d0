package tiler

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestVisualOrder compares with the order in which UAX #9 puts the characters.
func TestVisualOrder(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, in, want string }{
		{"left to right", "ada (1)", "ada (1)"},
		{"right to left", "אבג", "גבא"},
		{"two words", "אב גד", "דג בא"},
		{"brackets point the other way", "אב (גד)", "(דג) בא"},
		{"number after", "אב 12", "12 בא"},
		{"Latin in Hebrew", "אב ada גד", "דג ada בא"},
		{"Hebrew in Latin", "ada אב lovelace", "ada בא lovelace"},
		{"Hebrew at the end of Latin", "ada אב", "ada בא"},
		{"Latin with a number, Hebrew", "ada 1 אב", "ada 1 בא"},
		{"number between Hebrew in Latin", "a אב 12 גד", "a דג 12 בא"},
		{"a point stays behind its letter", "בָא", "אבָ"},
		{"ellipsis", "אבג…", "…גבא"},
		{"Arabic digits", "اب ١٢", "١٢ با"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			text := []rune(row.in)
			require.Equal(t, row.want, string(visualOrder(text)))
			require.Equal(t, row.in, string(text), "the text itself stays")
		})
	}
}

func FuzzVisualOrder(f *testing.F) {
	f.Add("אב (12) ada")
	f.Fuzz(func(t *testing.T, s string) {
		text := []rune(s)
		require.Len(t, visualOrder(text), len(text))
	})
}
