package app

import (
	"slices"
	"testing"

	"convoke/internal/convoke"
)

func TestSpeakersStayTheSame(t *testing.T) {
	const now convoke.Instant = 5000
	old := []convoke.Speaker{
		{ID: "sp_zoe", Name: "Zoe", Address: "zoe@soils.example", LinksFrom: 7},
		{ID: "sp_ada", Name: "Ada"},
		{ID: "sp_ben", Name: "Ben", Address: "ben@soils.example"},
	}
	for _, tc := range []struct {
		name string
		list []convoke.Speaker
		want []convoke.Speaker
	}{
		{"reordered", []convoke.Speaker{{Name: "Ben", Address: "ben@soils.example"}, {Name: "Zoe", Address: "zoe@soils.example"}},
			[]convoke.Speaker{{ID: "sp_ben", Name: "Ben", Address: "ben@soils.example"}, {ID: "sp_zoe", Name: "Zoe", Address: "zoe@soils.example", LinksFrom: 7}}},
		{"renamed", []convoke.Speaker{{Name: "Zoe Okoro", Address: "ZOE@soils.example"}},
			[]convoke.Speaker{{ID: "sp_zoe", Name: "Zoe Okoro", Address: "ZOE@soils.example", LinksFrom: 7}}},
		{"another address", []convoke.Speaker{{Name: "Zoe", Address: "zoe@rivers.example"}},
			[]convoke.Speaker{{ID: "sp_zoe", Name: "Zoe", Address: "zoe@rivers.example", LinksFrom: now}}},
		{"an address at last", []convoke.Speaker{{Name: "Ada", Address: "ada@soils.example"}},
			[]convoke.Speaker{{ID: "sp_ada", Name: "Ada", Address: "ada@soils.example"}}},
		{"somebody new", []convoke.Speaker{{Name: "Eve"}}, []convoke.Speaker{{Name: "Eve"}}},
		{"one name twice", []convoke.Speaker{{Name: "Ada"}, {Name: "Ada"}}, []convoke.Speaker{{ID: "sp_ada", Name: "Ada"}, {Name: "Ada"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			sameSpeakers(old, tc.list, now)
			if !slices.Equal(tc.list, tc.want) {
				t.Errorf("got %+v, want %+v", tc.list, tc.want)
			}
		})
	}
}
