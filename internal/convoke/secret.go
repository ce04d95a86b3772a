package convoke

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
)

// Secrets derives every token that can be shown again from the instance's key, so that none has to be stored.
type Secrets struct{ key []byte }

// NewSecrets uses the instance's key, 32 bytes.
func NewSecrets(key []byte) Secrets { return Secrets{key: key} }

func (s Secrets) mac(purpose string, parts ...string) []byte {
	h := hmac.New(sha256.New, s.key)
	for _, p := range append([]string{purpose}, parts...) {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	return h.Sum(nil)
}

var tokenText = base32.StdEncoding.WithPadding(base32.NoPadding)

// LetterToken is what stands behind /l/: the letter's ID, a dot and 128 bits that prove it.
func (s Secrets) LetterToken(letter ID) string {
	return string(letter) + "." + base64.RawURLEncoding.EncodeToString(s.mac("letter", string(letter))[:16])
}

// Letter finds the letter a token names; ok is false for anything not made by LetterToken.
func (s Secrets) Letter(token string) (letter ID, ok bool) {
	id, _, _ := strings.Cut(token, ".")
	return ID(id), hmac.Equal([]byte(s.LetterToken(ID(id))), []byte(token))
}

// SignInCode is the six-digit code of a sign-in letter.
func (s Secrets) SignInCode(letter ID) string {
	n := binary.BigEndian.Uint64(s.mac("code", string(letter)))
	return fmt.Sprintf("%06d", n%1_000_000)
}

// FeedToken is the secret part of a member's own feed address, 160 bits; it changes with the generation.
func (s Secrets) FeedToken(f Feed) string {
	return strings.ToLower(tokenText.EncodeToString(s.mac("feed", string(f.ID), fmt.Sprint(f.Generation))[:20]))
}

// HashToken is what is stored of a token that is looked up by itself.
func HashToken(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// NewToken makes an API token, shown once.
func NewToken() string { return "cvk_" + strings.ToLower(rand.Text()+rand.Text()[:8]) }

// NewUID makes an iCalendar UID that is never made again: a random UUID (RFC 9562 version 4) at the instance's host.
func NewUID(host string) string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x@%s", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16], host)
}
