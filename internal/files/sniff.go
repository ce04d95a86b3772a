package files

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"strings"
)

// The types that [http.DetectContentType] does not know.
const (
	typeSVG     = "image/svg+xml"
	typeHTML    = "text/html; charset=utf-8"
	typeXML     = "text/xml; charset=utf-8"
	typeScript  = "text/x-script"
	typeProgram = "application/x-executable"
	typeOldDoc  = "application/x-ole-storage" // Office before 2007
	typeZip     = "application/zip"
	typeUnknown = "application/octet-stream"
)

// TypeOf says what a content is by looking at it, whatever its name says.
func TypeOf(r io.ReaderAt, size int64) (string, error) {
	head := make([]byte, min(size, 4096))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if t := marked(head); t != "" {
		return t, nil
	}
	switch t := http.DetectContentType(head); {
	case t == typeZip:
		return inZip(r, size), nil
	case t == "application/ogg":
		return inOgg(head), nil
	case t == "audio/wave":
		return "audio/wav", nil
	case strings.HasPrefix(t, "text/"):
		return inText(t, head), nil
	case t == typeUnknown && soundFrame(head) != "":
		return soundFrame(head), nil
	default:
		return t, nil
	}
}

// marked knows contents by the sign they begin with.
func marked(head []byte) string {
	for _, m := range []struct {
		sign string
		kind string
	}{
		{"fLaC", "audio/flac"},
		{"MZ", typeProgram},
		{"\x7fELF", typeProgram},
		{"\xcf\xfa\xed\xfe", typeProgram},
		{"\xca\xfe\xba\xbe", typeProgram},
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", typeOldDoc},
		{"#!", typeScript},
	} {
		if bytes.HasPrefix(head, []byte(m.sign)) {
			return m.kind
		}
	}
	if bytes.HasPrefix(head, []byte("\x1aE\xdf\xa3")) { // EBML; its document type stands near the beginning
		if bytes.Contains(head[:min(len(head), 64)], []byte("webm")) {
			return "video/webm"
		}
		return "video/x-matroska"
	}
	if len(head) >= 12 && string(head[4:8]) == "ftyp" {
		return inMP4(string(head[8:12]))
	}
	return ""
}

// inMP4 tells the members of the family by their major brand (ISO/IEC 14496-12, 4.3).
func inMP4(brand string) string {
	switch brand {
	case "M4A ", "M4B ", "M4P ":
		return "audio/mp4"
	case "qt  ":
		return "video/quicktime"
	case "avif", "avis":
		return "image/avif"
	case "heic", "heix", "mif1", "msf1":
		return "image/heic"
	}
	return "video/mp4"
}

// inOgg looks for the first stream's own sign.
func inOgg(head []byte) string {
	if bytes.Contains(head[:min(len(head), 128)], []byte("\x80theora")) {
		return "video/ogg"
	}
	return "audio/ogg"
}

// inText tells plain text from what a browser would run.
func inText(detected string, head []byte) string {
	text := strings.ToLower(string(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n\f")))
	switch {
	case strings.HasPrefix(detected, "text/plain") && !strings.HasPrefix(text, "<"):
		return detected
	case strings.Contains(text, "<svg"):
		return typeSVG
	case strings.HasPrefix(text, "<?xml") && !strings.Contains(text, "<html"):
		return typeXML
	}
	return typeHTML
}

// soundFrame knows MPEG audio that begins without a tag: a frame, and another one where the first ends (ISO/IEC 11172-3, 2.4.1.3).
func soundFrame(head []byte) string {
	n, kind := frameSize(head)
	if n == 0 || n >= len(head) {
		return ""
	}
	if m, again := frameSize(head[n:]); m == 0 || again != kind {
		return ""
	}
	return kind
}

var (
	rates1 = [16]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0} // kbit/s, MPEG 1 layer III
	rates2 = [16]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0}     // MPEG 2 and 2.5 layer III
	hertz  = [3]int{44100, 48000, 32000}
)

func frameSize(b []byte) (int, string) {
	if len(b) < 7 || b[0] != 0xff || b[1]&0xe0 != 0xe0 {
		return 0, ""
	}
	if b[1]&0xf6 == 0xf0 { // ADTS: layer 0
		return int(b[3]&3)<<11 | int(b[4])<<3 | int(b[5])>>5, "audio/aac"
	}
	version, layer, rate, freq, pad := b[1]>>3&3, b[1]>>1&3, b[2]>>4, b[2]>>2&3, int(b[2]>>1&1)
	if layer != 1 || version == 1 || freq == 3 { // layer III only
		return 0, ""
	}
	samples, bits, hz := 144, rates1[rate], hertz[freq]
	if version != 3 {
		samples, bits, hz = 72, rates2[rate], hz/2
		if version == 0 {
			hz /= 2
		}
	}
	if bits == 0 {
		return 0, ""
	}
	return samples*bits*1000/hz + pad, "audio/mpeg"
}

// The directory of a zip is read only while it is small: what lies in a larger one is nobody's office document.
const (
	mostEntries   = 10_000
	mostDirectory = 4 << 20
	endRecord     = 22 // bytes of the end record without its comment
)

// inZip knows office documents by what lies in them.
func inZip(r io.ReaderAt, size int64) string {
	tail := make([]byte, min(size, endRecord+65535))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return typeZip
	}
	i := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if i < 0 || i+endRecord > len(tail) {
		return typeZip
	}
	entries, length, offset := binary.LittleEndian.Uint16(tail[i+10:]), binary.LittleEndian.Uint32(tail[i+12:]), binary.LittleEndian.Uint32(tail[i+16:])
	if entries > mostEntries || length > mostDirectory || length == 0xffff || offset == 0xffffffff {
		return typeZip
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return typeZip
	}
	has := map[string]bool{}
	for _, f := range z.File {
		has[f.Name] = true
	}
	if has["[Content_Types].xml"] {
		for _, x := range []struct{ name, kind string }{
			{"ppt/presentation.xml", "presentationml.presentation"}, {"word/document.xml", "wordprocessingml.document"}, {"xl/workbook.xml", "spreadsheetml.sheet"},
		} {
			if has[x.name] {
				return "application/vnd.openxmlformats-officedocument." + x.kind
			}
		}
	}
	if len(z.File) > 0 && z.File[0].Name == "mimetype" { // OpenDocument 1.3, part 2, 3.3
		if kind := firstLine(z.File[0]); openDocument[kind] {
			return kind
		}
	}
	return typeZip
}

var openDocument = map[string]bool{
	"application/vnd.oasis.opendocument.text":         true,
	"application/vnd.oasis.opendocument.presentation": true,
	"application/vnd.oasis.opendocument.spreadsheet":  true,
}

func firstLine(f *zip.File) string {
	r, err := f.Open()
	if err != nil {
		return ""
	}
	text, err := io.ReadAll(io.LimitReader(r, 100))
	if err := errors.Join(err, r.Close()); err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
