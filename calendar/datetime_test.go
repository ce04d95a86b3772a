package calendar

import (
	"encoding/json"
	"testing"
	"time"
)

func TestParseDateTime(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     DateTime
		ok       bool
	}{
		{"plain", "2027-03-09T14:00", NewDateTime(2027, time.March, 9, 14, 0), true},
		{"leap day", "2028-02-29T00:00", NewDateTime(2028, time.February, 29, 0, 0), true},
		{"first year", "1970-01-01T00:00", NewDateTime(1970, time.January, 1, 0, 0), true},
		{"last year", "2200-12-31T23:59", NewDateTime(2200, time.December, 31, 23, 59), true},
		{"too early", "1969-12-31T23:59", DateTime{}, false},
		{"too late", "2201-01-01T00:00", DateTime{}, false},
		{"no leap day", "2027-02-29T00:00", DateTime{}, false},
		{"hour 24", "2027-03-09T24:00", DateTime{}, false},
		{"one digit hour", "2027-03-09T4:00", DateTime{}, false},
		{"one digit month", "2027-3-09T14:00", DateTime{}, false},
		{"seconds", "2027-03-09T14:00:00", DateTime{}, false},
		{"zone", "2027-03-09T14:00Z", DateTime{}, false},
		{"blank between", "2027-03-09 14:00", DateTime{}, false},
		{"blank after", "2027-03-09T14:00 ", DateTime{}, false},
		{"date only", "2027-03-09", DateTime{}, false},
		{"empty", "", DateTime{}, false},
		{"words", "tomorrow", DateTime{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseDateTime(tt.in)
			if (err == nil) != tt.ok || got != tt.want {
				t.Fatalf("ParseDateTime(%q) = %v, %v; want %v, ok %v", tt.in, got, err, tt.want, tt.ok)
			}
			if tt.ok && got.String() != tt.in {
				t.Errorf("String() = %q, want %q", got, tt.in)
			}
		})
	}
}

func TestParseDate(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		ok       bool
	}{
		{"plain", "2027-03-09", true},
		{"no such day", "2027-04-31", false},
		{"time", "2027-03-09T14:00", false},
		{"early", "0000-01-01", false},
		{"one digit", "2027-03-9", false},
		{"empty", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseDate(tt.in)
			if (err == nil) != tt.ok || tt.ok && got.String() != tt.in {
				t.Errorf("ParseDate(%q) = %v, %v; want ok %v", tt.in, got, err, tt.ok)
			}
		})
	}
}

func TestDateArithmetic(t *testing.T) {
	day := func(s string) Date {
		d, err := ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, tt := range []struct {
		name      string
		got, want Date
	}{
		{"next year", day("2026-12-31").AddDays(1), day("2027-01-01")},
		{"back", day("2028-03-01").AddDays(-1), day("2028-02-29")},
		{"month", day("2027-01-15").AddMonths(1), day("2027-02-15")},
		{"short month", day("2027-01-31").AddMonths(1), day("2027-02-28")},
		{"over a year", day("2027-08-31").AddMonths(18), day("2029-02-28")},
		{"months back", day("2027-03-31").AddMonths(-1), day("2027-02-28")},
		{"none stays none", Date{}.AddDays(3), Date{}},
		{"none stays none by months", Date{}.AddMonths(3), Date{}},
		{"carried on", NewDate(2027, 13, 1), day("2028-01-01")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got %v, want %v", tt.got, tt.want)
			}
		})
	}
	d := day("2027-03-09").At(14, 5)
	if d.Weekday() != time.Tuesday || d.Date().Weekday() != time.Tuesday {
		t.Errorf("weekday of %v = %v", d, d.Weekday())
	}
	if h, m := d.Clock(); h != 14 || m != 5 {
		t.Errorf("Clock() = %d, %d", h, m)
	}
	if got := d.AddMinutes(10 * 60).String(); got != "2027-03-10T00:05" {
		t.Errorf("AddMinutes = %q", got)
	}
	if got := d.AddDays(-9).String(); got != "2027-02-28T14:05" {
		t.Errorf("AddDays = %q", got)
	}
	if !d.Before(d.AddMinutes(1)) || !d.After(d.AddDays(-1)) || d.Compare(d) != 0 || d.Before(d) {
		t.Error("order of DateTime is wrong")
	}
	if y, m, n := d.Date().Year(), d.Date().Month(), d.Date().Day(); y != 2027 || m != time.March || n != 9 {
		t.Errorf("numbers of %v = %d %d %d", d, y, m, n)
	}
}

func TestDatesAsTextAndColumns(t *testing.T) {
	type row struct {
		Day  Date     `json:"day,omitzero"`
		When DateTime `json:"when"`
	}
	in := row{NewDate(2027, 3, 9), NewDateTime(2027, 3, 9, 14, 0)}
	b, err := json.Marshal(in)
	if err != nil || string(b) != `{"day":"2027-03-09","when":"2027-03-09T14:00"}` {
		t.Fatalf("Marshal = %s, %v", b, err)
	}
	var out row
	if err := json.Unmarshal(b, &out); err != nil || out != in {
		t.Errorf("Unmarshal = %v, %v", out, err)
	}
	if b, err = json.Marshal(row{}); err != nil || string(b) != `{"when":""}` {
		t.Errorf("Marshal of none = %s, %v", b, err)
	}
	if err := json.Unmarshal(b, &out); err != nil || !out.When.IsZero() {
		t.Errorf("Unmarshal of none = %v, %v", out, err)
	}

	for _, tt := range []struct {
		name string
		src  any
		want string
		ok   bool
	}{
		{"text", "2027-03-09T14:00", "2027-03-09T14:00", true},
		{"bytes", []byte("2027-03-09T14:00"), "2027-03-09T14:00", true},
		{"empty", "", "", true},
		{"null", nil, "", true},
		{"number", int64(5), "", false},
		{"garbage", "x", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var d DateTime
			err := d.Scan(tt.src)
			if (err == nil) != tt.ok || d.String() != tt.want {
				t.Fatalf("Scan(%v) = %v, %v; want %q, ok %v", tt.src, d, err, tt.want, tt.ok)
			}
			if v, err := d.Value(); err != nil || v != tt.want {
				t.Errorf("Value() = %v, %v; want %q", v, err, tt.want)
			}
		})
	}
	var d Date
	if err := d.Scan("2027-03-09"); err != nil || d != in.Day {
		t.Errorf("Scan of a date = %v, %v", d, err)
	}
	if v, err := d.Value(); err != nil || v != "2027-03-09" {
		t.Errorf("Value of a date = %v, %v", v, err)
	}
}
