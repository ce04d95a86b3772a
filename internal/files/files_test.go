package files

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func folder(t *testing.T) (*Folder, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "files")
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return f, dir
}

// names lists every file below a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			name, _ := filepath.Rel(dir, path) // below dir
			out = append(out, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func held(Blob) error { return nil }

func TestPut(t *testing.T) {
	f, dir := folder(t)
	content := "%PDF-1.7\n" + strings.Repeat("x", 100_000)
	sum := sha256.Sum256([]byte(content))
	want := Blob{Hash: hex.EncodeToString(sum[:]), Size: int64(len(content)), Type: "application/pdf"}
	for range 2 { // the same content is one file
		var told Blob
		got, err := f.Put(t.Context(), iotest.HalfReader(strings.NewReader(content)), 1<<20, func(b Blob) error {
			told = b
			return nil
		})
		if err != nil || got != want || told != want {
			t.Fatalf("Put: got %+v (hold was told %+v), %v, want %+v", got, told, err, want)
		}
	}
	if got := names(t, dir); len(got) != 1 || got[0] != want.Hash[:2]+"/"+want.Hash {
		t.Errorf("the folder holds %q", got)
	}
	file, err := f.Open(want.Hash)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(file)
	if err := errors.Join(err, file.Close()); err != nil || string(got) != content || file.Size != want.Size {
		t.Errorf("read %d of %d bytes, size %d, %v", len(got), len(content), file.Size, err)
	}
	info, err := os.Stat(filepath.Join(dir, want.Hash[:2], want.Hash))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v, want only its owner to read it", info.Mode(), err)
	}
	if !f.Has(want.Hash) {
		t.Error("Has: got false")
	}
	for range 2 {
		if err := f.Remove(want.Hash); err != nil {
			t.Errorf("Remove: %v", err)
		}
	}
	if got := names(t, dir); len(got) != 0 || f.Has(want.Hash) {
		t.Errorf("after Remove the folder holds %q", got)
	}
}

// Whatever ends an upload before its end leaves nothing behind.
func TestPutFails(t *testing.T) {
	refused := errors.New("refused")
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for _, tc := range []struct {
		name string
		ctx  context.Context
		r    io.Reader
		hold func(Blob) error
		want error
	}{
		{"too large", t.Context(), strings.NewReader(strings.Repeat("x", 1001)), held, ErrTooLarge},
		{"empty", t.Context(), strings.NewReader(""), held, ErrEmpty},
		{"broken off", t.Context(), io.MultiReader(strings.NewReader("begins"), iotest.ErrReader(io.ErrUnexpectedEOF)), held, ErrBroken},
		{"given up", stopped, strings.NewReader("whole"), held, context.Canceled},
		{"not held", t.Context(), strings.NewReader("whole"), func(Blob) error { return refused }, refused},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f, dir := folder(t)
			if _, err := f.Put(tc.ctx, tc.r, 1000, tc.hold); !errors.Is(err, tc.want) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
			if got := names(t, dir); len(got) != 0 {
				t.Errorf("left behind: %q", got)
			}
		})
	}
}

func TestPutExactly(t *testing.T) {
	f, _ := folder(t)
	if b, err := f.Put(t.Context(), strings.NewReader(strings.Repeat("x", 1000)), 1000, held); err != nil || b.Size != 1000 {
		t.Errorf("a file as large as it may be: got %+v, %v", b, err)
	}
}

// The file has no name before it is held.
func TestHoldComesFirst(t *testing.T) {
	f, _ := folder(t)
	_, err := f.Put(t.Context(), strings.NewReader("whole"), 1000, func(b Blob) error {
		if f.Has(b.Hash) {
			t.Error("the file stood there before it was held")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOpenSweeps(t *testing.T) {
	_, dir := folder(t)
	old, young := filepath.Join(dir, unfinished+"old"), filepath.Join(dir, unfinished+"young")
	for _, name := range []string{old, young} {
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(old, time.Time{}, time.Now().Add(-25*time.Hour)); err != nil {
		t.Fatal(err)
	}
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); len(got) != 1 || got[0] != unfinished+"young" {
		t.Errorf("left: %q, want the young one", got)
	}
	b, err := f.Put(t.Context(), strings.NewReader("whole"), 1000, held)
	if err := errors.Join(err, f.DropUnfinished()); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); len(got) != 1 || !f.Has(b.Hash) {
		t.Errorf("who writes alone left %q, want what is whole", got)
	}
}

func TestNoWayOut(t *testing.T) {
	f, dir := folder(t)
	if err := os.WriteFile(filepath.Join(filepath.Dir(dir), "secret"), []byte("s"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, hash := range []string{"", "..", "../secret", strings.Repeat("a", 63), strings.Repeat("A", 64), strings.Repeat("a", 64) + "\n", "../" + strings.Repeat("a", 61), strings.Repeat("a", 64)} {
		if _, err := f.Open(hash); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Open(%q): got %v", hash, err)
		}
		if f.Has(hash) {
			t.Errorf("Has(%q): got true", hash)
		}
	}
	if err := f.Remove("../secret"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Remove: got %v", err)
	}
}

// zipOf makes an archive of entries, which are stored under their names.
func zipOf(t *testing.T, entries ...string) string {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, e := range entries {
		name, text, _ := strings.Cut(e, "=")
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

// zip64 puts before the end of an archive what says where its directory is for larger ones, and patches the end so that this is looked for.
func zip64(archive string, at int, patch string) string {
	cut := len(archive) - endRecord
	body, end := archive[:cut], []byte(archive[cut:])
	record := binary.LittleEndian.AppendUint32([]byte("PK\x06\x06"), 44)
	record = append(record, make([]byte, 24-len(record))...)
	entries := uint64(binary.LittleEndian.Uint16(end[10:]))
	for _, n := range []uint64{entries, entries, uint64(binary.LittleEndian.Uint32(end[12:])), uint64(binary.LittleEndian.Uint32(end[16:]))} {
		record = binary.LittleEndian.AppendUint64(record, n)
	}
	locator := binary.LittleEndian.AppendUint64([]byte("PK\x06\x07\x00\x00\x00\x00"), uint64(cut))
	locator = binary.LittleEndian.AppendUint32(locator, 1)
	copy(end[at:], patch)
	return body + string(record) + string(locator) + string(end)
}

func TestTypeOf(t *testing.T) {
	mp3 := "\xff\xfb\x90\x64" + strings.Repeat("\x00", 413) // 128 kbit/s at 44,100 Hz is 417 bytes a frame
	adts := "\xff\xf1\x50\x80\x02\x1f\xfc" + strings.Repeat("\x00", 9)
	const xml = "[Content_Types].xml=<Types/>"
	frame := func(head string, size int) string { return head + strings.Repeat("\x00", size-len(head)) }
	pptx := zipOf(t, xml, "ppt/presentation.xml=<p/>")
	many, long := []string{xml, "ppt/presentation.xml=<p/>"}, []string{xml, "ppt/presentation.xml=<p/>"}
	for i := range mostEntries {
		many = append(many, strconv.Itoa(i))
	}
	for i := range 70 {
		long = append(long, strconv.Itoa(i)+strings.Repeat("x", 60_000))
	}
	for _, tc := range []struct{ name, content, want string }{
		{"PDF", "%PDF-1.7\n", "application/pdf"},
		{"PNG", "\x89PNG\x0D\x0A\x1A\x0A", "image/png"},
		{"JPEG", "\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"},
		{"plain text", "What was said.\n", "text/plain; charset=utf-8"},
		{"Arabic text", "ما قيل", "text/plain; charset=utf-8"},
		{"a text that asks 1 < 2", "Is 1 < 2?", "text/plain; charset=utf-8"},
		{"web page", "<!DOCTYPE html><html><script>alert(1)</script>", "text/html; charset=utf-8"},
		{"web page after blanks", "\n\n  <p>hello", "text/html; charset=utf-8"},
		{"web page after a mark", "\xef\xbb\xbf<html>", "text/html; charset=utf-8"},
		{"unknown element after blanks", " \t\r\n\f<x-y onclick=alert(1)>", "text/html; charset=utf-8"},
		{"web page of an unknown element", "<x-y onclick=alert(1)>", "text/html; charset=utf-8"},
		{"XHTML", `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">`, "text/html; charset=utf-8"},
		{"XML", `<?xml version="1.0"?><feed/>`, "text/xml; charset=utf-8"},
		{"SVG", `<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`, "image/svg+xml"},
		{"SVG in capitals", `<SVG onload=alert(1)>`, "image/svg+xml"},
		{"SVG as XML", `<?xml version="1.0"?><!-- x --><svg/>`, "image/svg+xml"},
		{"GIF", "GIF89a\x01\x00", "image/gif"},
		{"Windows program", "MZ\x90\x00\x03", "application/x-executable"},
		{"Linux program", "\x7fELF\x02\x01\x01", "application/x-executable"},
		{"macOS program", "\xcf\xfa\xed\xfe\x07\x00\x00\x01", "application/x-executable"},
		{"Java class", "\xca\xfe\xba\xbe\x00\x00\x00\x34", "application/x-executable"},
		{"script", "#!/bin/sh\nrm -rf /", "text/x-script"},
		{"old Office", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "application/x-ole-storage"},
		{"MP3 with a tag", "ID3\x03\x00", "audio/mpeg"},
		{"MP3 without a tag", mp3 + mp3, "audio/mpeg"},
		{"one frame of MP3 and noise", mp3 + "\x01\x02\x03\x04\x05\x06\x07\x08", "application/octet-stream"},
		{"two frames of different kinds", mp3 + adts, "application/octet-stream"},
		{"a frame, and one of no bitrate", mp3 + frame("\xff\xfb\xf2\x64", 9), "application/octet-stream"},
		{"the beginning of a frame", "\xff\xfb\x90\x64\x00\x00\x00\x00", "application/octet-stream"},
		{"the beginning of the beginning", "\xff\xf1\x50\x80\x00", "application/octet-stream"},
		{"frames without their sign", strings.Repeat(frame("\xff\x1b\x90\x64", 417), 2), "application/octet-stream"},
		{"layer II", strings.Repeat(frame("\xff\xfd\x90\x64", 417), 2), "application/octet-stream"},
		{"a version there is not", strings.Repeat(frame("\xff\xeb\x90\x64", 261), 2), "application/octet-stream"},
		{"a frequency there is not", strings.Repeat(frame("\xff\xfb\x9c\x64", 417), 2), "application/octet-stream"},
		{"MPEG 2", strings.Repeat(frame("\xff\xf3\x90\x64", 261), 2), "audio/mpeg"},
		{"MPEG 2.5", strings.Repeat(frame("\xff\xe3\x90\x64", 522), 2), "audio/mpeg"},
		{"AAC", adts + adts, "audio/aac"},
		{"M4A", "\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00", "audio/mp4"},
		{"MP4", "\x00\x00\x00\x20ftypisom\x00\x00\x02\x00", "video/mp4"},
		{"MOV", "\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00", "video/quicktime"},
		{"AVIF", "\x00\x00\x00\x18ftypavif\x00\x00\x00\x00", "image/avif"},
		{"the beginning of such a file", "\x00\x00\x00\x18ftyp", "application/octet-stream"},
		{"HEIC", "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "image/heic"},
		{"Ogg Opus", "OggS\x00\x02" + strings.Repeat("\x00", 20) + "\x01\x13OpusHead", "audio/ogg"},
		{"Ogg Theora", "OggS\x00\x02" + strings.Repeat("\x00", 20) + "\x01\x2a\x80theora", "video/ogg"},
		{"WebM", "\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\x82\x84webm", "video/webm"},
		{"Matroska", "\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\x82\x88matroska", "video/x-matroska"},
		{"Matroska about WebM", "\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\x82\x88matroska" + strings.Repeat("\x00", 64) + "webm", "video/x-matroska"},
		{"WAV", "RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"},
		{"FLAC", "fLaC\x00\x00\x00\x22", "audio/flac"},
		{"zip", zipOf(t, "a.txt=a"), "application/zip"},
		{"PPTX", zipOf(t, xml, "ppt/presentation.xml=<p/>"), "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
		{"DOCX", zipOf(t, "word/document.xml=<w/>", xml), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{"XLSX", zipOf(t, xml, "xl/workbook.xml=<x/>"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		{"ODP", zipOf(t, "mimetype=application/vnd.oasis.opendocument.presentation", "content.xml=<o/>"), "application/vnd.oasis.opendocument.presentation"},
		{"ODT", zipOf(t, "mimetype=application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text"},
		{"a zip that says it is a web page", zipOf(t, "mimetype=text/html"), "application/zip"},
		{"a zip that says late that it is a document", zipOf(t, "a.txt=a", "mimetype=application/vnd.oasis.opendocument.text"), "application/zip"},
		{"a zip whose first entry says so under another name", zipOf(t, "a.txt=application/vnd.oasis.opendocument.text"), "application/zip"},
		{"a document whose type is not read to its end", zipOf(t, "mimetype=application/vnd.oasis.opendocument.text"+strings.Repeat(" ", 100)+"x"), "application/vnd.oasis.opendocument.text"},
		{"a zip of nothing", "PK\x03\x04" + zipOf(t), "application/zip"},
		{"a document without its types", zipOf(t, "word/document.xml=<w/>"), "application/zip"},
		{"half a zip", pptx[:40], "application/zip"},
		{"a zip whose directory is broken", strings.ReplaceAll(pptx, "PK\x01\x02", "PK\x01\x09"), "application/zip"},
		{"the beginning of a zip's end", "PK\x03\x04PK\x05\x06", "application/zip"},
		{"a zip of too many", zipOf(t, many...), "application/zip"},
		{"a zip of too long names", zipOf(t, long...), "application/zip"},
		{"zip64 by its offset", zip64(pptx, 16, "\xff\xff\xff\xff"), "application/zip"},
		{"zip64 by its length", zip64(pptx, 12, "\xff\xff\x00\x00"), "application/zip"},
		{"noise", "\x00\x01\x02\x03", "application/octet-stream"},
	} {
		got, err := TypeOf(strings.NewReader(tc.content), int64(len(tc.content)))
		if err != nil || got != tc.want {
			t.Errorf("%s: got %q, %v, want %q", tc.name, got, err, tc.want)
		}
	}
}

func FuzzTypeOf(f *testing.F) {
	for _, s := range []string{"", "%PDF", "PK\x03\x04", "PK\x05\x06" + strings.Repeat("\x00", 18), "\xff\xfb\x90\x64", "<svg"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := TypeOf(bytes.NewReader(b), int64(len(b)))
		if err != nil || got == "" {
			t.Errorf("got %q, %v", got, err)
		}
	})
}
