package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"convoke/internal/config"
	"convoke/internal/rig"
	"convoke/internal/store"
)

// A copy that starts beside others leaves what they are uploading alone.
func TestStartBesideAnotherCopy(t *testing.T) {
	r := rig.New(t, rig.OnPostgres(t))
	data := t.TempDir()
	half := filepath.Join(filesIn(data), "upload-half")
	if err := os.MkdirAll(filepath.Dir(half), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(half, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	e := &env{settings: &config.Settings{BaseURL: rig.Base, MailFrom: rig.From}, log: slog.New(slog.DiscardHandler), clock: time.Now}
	s, err := e.start(t.Context(), store.Options{Database: r.Database(), Data: data, Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer s.shut()
	if _, err := os.Stat(half); err != nil {
		t.Errorf("an upload of another copy: %v", err)
	}
}
