package web

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"html/template"
	"slices"
	"strings"
)

// An ink is a community's colour, in its deep shade for grounds and its light shade for lines; convoke.css holds the same table.
type ink struct{ name, deep, light string }

var inks = []ink{
	{"lagoon", "#0b4a57", "#6cc3c1"},
	{"madder", "#7a1f2e", "#e8939a"},
	{"ochre", "#5f4300", "#e3b04b"},
	{"indigo", "#2a2f74", "#98a2ee"},
	{"fern", "#1f4d2b", "#8cc48a"},
	{"plum", "#5a2458", "#d59ad0"},
	{"clay", "#7a3413", "#eaa27c"},
	{"slate", "#33414d", "#a6b8c6"},
}

// inkOf returns the chosen ink if there is one of that name, else the one that belongs to the slug.
func inkOf(slug, chosen string) string { return findInk(slug, chosen).name }

func findInk(slug, chosen string) ink {
	if i := slices.IndexFunc(inks, func(k ink) bool { return k.name == chosen }); i >= 0 {
		return inks[i]
	}
	return inks[hashSlug(slug)%uint32(len(inks))]
}

func hashSlug(s string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s)) // a hash never fails to write
	return h.Sum32()
}

// dice is Marsaglia's xorshift32: the same slug gives the same picture in every version and on every machine.
type dice uint32

// newDice never starts at nought, where xorshift would stay.
func newDice(slug string) dice { return dice(cmp.Or(hashSlug(slug), 1)) }

// roll returns a number from 0 to n-1, from the upper bits, which are mixed best.
func (d *dice) roll(n uint32) int {
	x := uint32(*d)
	x ^= x << 13
	x ^= x >> 17
	x ^= x << 5
	*d = dice(x)
	return int(uint64(x) * uint64(n) >> 32)
}

const (
	tileSize      = 48
	bannerColumns = 24
	bannerRows    = 3
)

// banner draws a community's pattern, 24 by 3 tiles cropped from the middle: paths that find one another, and people where they do.
// Each tile has arcs round two opposite corners, the near ones covering the far ones, and is turned by quarter turns; since arcs
// leave every side at the same distances from its ends, the lines always meet. Colours are attributes, as the CSP allows no styles.
func banner(slug, chosen string) template.HTML {
	k, d := findInk(slug, chosen), newDice(slug)
	id := fmt.Sprintf("b%08x", hashSlug(slug))
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="banner" viewBox="0 0 %d %d" preserveAspectRatio="xMidYMid slice" aria-hidden="true" fill="none">`,
		bannerColumns*tileSize, bannerRows*tileSize)
	fmt.Fprintf(&b, `<defs><g id="%s" stroke="%s" stroke-width="3.25" stroke-linecap="square"><path d="%s"/><path d="M-24 20A44 44 0 0 0 20-24H-24Z" fill="%s" stroke="none"/><path d="%s"/></g></defs>`,
		id, mixInk(k.deep, k.light), arcs(24, 24, -1, 8, 16, 24, 32, 40), k.deep, arcs(-24, -24, 1, 8, 16, 24, 32, 40))
	fmt.Fprintf(&b, `<path fill="%s" d="M0 0H%dV%dH0Z"/>`, k.deep, bannerColumns*tileSize, bannerRows*tileSize)
	for y := range bannerRows {
		for x := range bannerColumns {
			fmt.Fprintf(&b, `<use href="#%s" transform="translate(%d %d)`, id, x*tileSize+tileSize/2, y*tileSize+tileSize/2)
			if turn := d.roll(4); turn > 0 {
				fmt.Fprintf(&b, "rotate(%d)", 90*turn)
			}
			b.WriteString(`"/>`)
		}
	}
	// People stand on inner corners only, or the crop would halve them.
	var people strings.Builder
	for y := 1; y < bannerRows; y++ {
		for x := 1; x < bannerColumns; x++ {
			if d.roll(10) == 0 {
				fmt.Fprintf(&people, `<circle cx="%d" cy="%d" r="16.75"/>`, x*tileSize, y*tileSize)
			}
		}
	}
	if people.Len() > 0 {
		// One circle is both disc (13.5) and halo (20): the stroke is the ring between them.
		fmt.Fprintf(&b, `<g fill="%s" stroke="%s" stroke-width="6.5">%s</g>`, k.light, k.deep, people.String())
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// seal draws a community's round sign, size CSS pixels wide: two by two coarser tiles, each with one of its two arc corners at the
// centre, so that rings close there.
func seal(slug, chosen string, size int) template.HTML {
	k, d := findInk(slug, chosen), newDice(slug)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="seal" viewBox="-%d -%d %d %d" width="%d" height="%d" aria-hidden="true" fill="none" stroke="%s" stroke-width="9"><path fill="%s" stroke="none" d="M-48-48H48V48H-48Z"/>`,
		tileSize, tileSize, 2*tileSize, 2*tileSize, size, size, k.light, k.deep)
	centre, rim := arcs(0, 0, 1, 16, 36), arcs(tileSize, tileSize, -1, 16, 36)
	for turn := range 4 {
		below, cover, above := rim, "M44 0A44 44 0 0 1 0 44V0Z", centre
		if d.roll(2) == 1 {
			below, cover, above = centre, "M4 48A44 44 0 0 1 48 4V48Z", rim
		}
		fmt.Fprintf(&b, `<g transform="rotate(%d)"><path d="%s"/><path fill="%s" stroke="none" d="%s"/><path d="%s"/></g>`,
			90*turn, below, k.deep, cover, above)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// arcs returns path data for quarter circles round the corner (x, y), opening towards (x+dir, y+dir).
func arcs(x, y, dir int, radii ...int) string {
	var b strings.Builder
	for _, r := range radii {
		fmt.Fprintf(&b, "M%d %da%d %d 0 0 1 %d %d", x+dir*r, y, r, r, -dir*r, dir*r)
	}
	return b.String()
}

// mixInk lays the light shade over the deep one at .62. As an opacity it would show where lines overlap at a tile's edge, and they must,
// or rounding leaves a hair of ground between the tiles.
func mixInk(deep, light string) string {
	var a, b [3]int
	for i, s := range []string{deep, light} {
		c := &a
		if i == 1 {
			c = &b
		}
		if _, err := fmt.Sscanf(s, "#%02x%02x%02x", &c[0], &c[1], &c[2]); err != nil {
			panic("web: ink " + s + ": " + err.Error())
		}
	}
	for i := range a {
		a[i] = (a[i]*38 + b[i]*62 + 50) / 100
	}
	return fmt.Sprintf("#%02x%02x%02x", a[0], a[1], a[2])
}
