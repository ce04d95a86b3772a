package web

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
)

func TestInkOf(t *testing.T) {
	for _, tt := range []struct{ name, slug, chosen, want string }{
		{"chosen", "care-and-cash", "plum", "plum"},
		{"by slug", "care-and-cash", "", inks[hashSlug("care-and-cash")%8].name},
		{"unknown choice", "care-and-cash", "pink", inks[hashSlug("care-and-cash")%8].name},
		{"no slug", "", "", inks[2166136261%8].name},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := inkOf(tt.slug, tt.chosen); got != tt.want {
				t.Errorf("inkOf(%q, %q) = %q, want %q", tt.slug, tt.chosen, got, tt.want)
			}
		})
	}
}

// A picture is part of a community's face: it must not change between versions.
func TestPicturesStay(t *testing.T) {
	for _, tt := range []struct {
		name, got string
		want      uint32
	}{
		{"banner", string(banner("shock-responsive", "lagoon")), wantBanner},
		{"seal", string(seal("shock-responsive", "lagoon", 32)), wantSeal},
	} {
		if got := hashSlug(tt.got); got != tt.want {
			t.Errorf("%s of the same slug changed: %#x, want %#x", tt.name, got, tt.want)
		}
	}
}

func TestPicturesKeepTheRules(t *testing.T) {
	for i := range 40 {
		slug := fmt.Sprintf("community-%d", i)
		for name, svg := range map[string]string{"banner": string(banner(slug, "")), "seal": string(seal(slug, "", 56))} {
			for _, bad := range []string{"style", "<script", "<text", "url("} {
				if strings.Contains(svg, bad) {
					t.Errorf("%s of %s contains %q, which the CSP or the design forbids", name, slug, bad)
				}
			}
			if !strings.Contains(svg, `aria-hidden="true"`) {
				t.Errorf("%s of %s is not hidden from screen readers", name, slug)
			}
			d := xml.NewDecoder(strings.NewReader(svg))
			for {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%s of %s: %v", name, slug, err)
				}
			}
		}
	}
	if banner("a", "fern") == banner("b", "fern") {
		t.Error("two slugs share a banner")
	}
	// 1 kB packed leaves room for the strip of six on the front page.
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	_, _ = io.WriteString(w, string(banner("shock-responsive", "lagoon")))
	_ = w.Close()
	if buf.Len() > 1000 {
		t.Errorf("a packed banner has %d bytes, want at most 1000", buf.Len())
	}
}

func TestHostileSlug(t *testing.T) {
	evil := `"><script>alert(1)</script>`
	for _, svg := range []string{string(banner(evil, evil)), string(seal(evil, evil, 24))} {
		if strings.Contains(svg, "script") {
			t.Errorf("a slug got into the markup: %s", svg)
		}
	}
}

// The dice decide how many people a banner shows and how its tiles lie; both should look even.
func TestDice(t *testing.T) {
	var turns [4]int
	people := 0
	for i := range 200 {
		d := newDice(fmt.Sprint("c", i))
		for range bannerColumns * bannerRows {
			turns[d.roll(4)]++
		}
		people += strings.Count(string(banner(fmt.Sprint("c", i), "")), "<circle")
	}
	for i, n := range turns {
		if n < 3300 || n > 3900 {
			t.Errorf("turn %d came %d times of 14400, want about 3600: %v", i, n, turns)
		}
	}
	if people < 750 || people > 1090 {
		t.Errorf("%d people on 200 banners, want about 920", people)
	}
}

// The style sheet and the pictures hold the same inks, and white on the deep shade and the light shade on dark paper can be read.
func TestInksAgreeWithStyle(t *testing.T) {
	css := string(statics.byName["convoke.css"].plain)
	for _, k := range inks {
		rule := fmt.Sprintf(".ink-%s { --ink-deep: %s; --ink-light: %s }", k.name, k.deep, k.light)
		if !strings.Contains(css, rule) {
			t.Errorf("convoke.css lacks %q", rule)
		}
		if got := contrast("#ffffff", k.deep); got < 9 {
			t.Errorf("white on %s: %.1f, want 9", k.name, got)
		}
		if got := contrast(k.light, "#111817"); got < 7.45 { // 7.5, rounded
			t.Errorf("light %s on dark paper: %.1f, want 7.5", k.name, got)
		}
	}
}

// contrast is the ratio of WCAG 2.2, from 1 to 21.
func contrast(a, b string) float64 {
	luminance := func(s string) float64 {
		var c [3]int
		if _, err := fmt.Sscanf(s, "#%02x%02x%02x", &c[0], &c[1], &c[2]); err != nil {
			panic(err)
		}
		sum := 0.0
		for i, weight := range []float64{.2126, .7152, .0722} {
			v := float64(c[i]) / 255
			if v <= .04045 {
				v /= 12.92
			} else {
				v = math.Pow((v+.055)/1.055, 2.4)
			}
			sum += weight * v
		}
		return sum
	}
	x, y := luminance(a), luminance(b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

const (
	wantBanner uint32 = 0x284c2476
	wantSeal   uint32 = 0x7c5fe39e
)
