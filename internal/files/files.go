// Package files keeps uploads, named by their content.
//
// A file stands in the folder under the SHA-256 of what it holds, "ab/abcdef…", so the same content is kept once however often it is uploaded,
// and a name says whether what stands under it is whole. An upload streams into a temporary file of the same folder while its hash is worked
// out, is written to the disk, and then takes its name in one step (a rename): several copies of Convoke can share the folder without a lock.
// What is not finished never has a name, is removed at once, and is swept away by the next start should the process die: what is a day old, or
// everything where no other copy writes.
//
// Which files are in use is not known here: a row of the database counts it. No order of events may leave a row in use without its file, nor
// a file that no row knows of. [Folder.Put] therefore asks its caller to hold the content by a row (hold) after the last byte has come and
// before the file takes its name; the row is young, and only old unused rows are swept. Who uses the file raises the count of that row and, holding
// it, looks once more whether the file stands there. Whoever sweeps deletes the row and removes the file in the same transaction: an
// upload of the same content waits for that row, and puts the file anew afterwards. A crash on the way leaves at most an unused row, which the
// next sweep takes.
package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// ErrTooLarge says that an upload is larger than it may be.
var ErrTooLarge = errors.New("the file is too large")

// ErrEmpty says that an upload holds nothing.
var ErrEmpty = errors.New("the file is empty")

// ErrBroken says that an upload ended before its end, or came so that it cannot be read.
var ErrBroken = errors.New("the upload broke off")

// A Blob is one content.
type Blob struct {
	Hash string // SHA-256, hexadecimal
	Size int64
	Type string // media type by content
}

// Folder is where files stand.
type Folder struct{ dir string }

// An unfinished upload has this in front of its name, and is forgotten when it is this old.
const (
	unfinished = "upload-"
	forgotten  = 24 * time.Hour
)

// Open opens a folder, and makes it where there is none. What uploads that died a day ago or earlier have left there is removed.
func Open(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of files: %w", err)
	}
	f := &Folder{dir}
	return f, f.dropUnfinished(forgotten)
}

// DropUnfinished removes whatever has not become a file yet. It is for the start of who alone writes into the folder: those uploads have died.
func (f *Folder) DropUnfinished() error { return f.dropUnfinished(0) }

func (f *Folder) dropUnfinished(age time.Duration) error {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return fmt.Errorf("look into the folder of files: %w", err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), unfinished) {
			continue
		}
		info, err := e.Info()
		if err == nil && (age == 0 || time.Since(info.ModTime()) > age) { // the file system's time, which no test clock moves
			err = os.Remove(filepath.Join(f.dir, e.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // another copy may sweep, too
			return fmt.Errorf("remove an unfinished upload: %w", err)
		}
	}
	return nil
}

// Put reads a file to its end, at most so many bytes, and keeps it. Before it takes its name, hold is told what it is; an error of hold
// is returned as it is. Whatever fails, nothing is left behind.
func (f *Folder) Put(ctx context.Context, r io.Reader, most int64, hold func(Blob) error) (b Blob, err error) {
	tmp, err := os.CreateTemp(f.dir, unfinished+"*")
	if err != nil {
		return b, fmt.Errorf("begin an upload: %w", err)
	}
	kept := false
	defer func() {
		err = errors.Join(err, closed(tmp))
		if !kept {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	if b, err = write(ctx, tmp, r, most); err != nil {
		return b, err
	}
	if err := hold(b); err != nil {
		return b, err
	}
	name := f.name(b.Hash)
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return b, fmt.Errorf("keep an upload: %w", err)
	}
	if err := os.Rename(tmp.Name(), name); err != nil { // over the same content, if that is there
		return b, fmt.Errorf("keep an upload: %w", err)
	}
	kept = true
	return b, errors.Join(flush(filepath.Dir(name)), flush(f.dir))
}

// closed closes a file that may be closed already.
func closed(f *os.File) error {
	if err := f.Close(); err != nil && !errors.Is(err, fs.ErrClosed) {
		return err
	}
	return nil
}

// write copies an upload to its temporary file and says what it is.
func write(ctx context.Context, tmp *os.File, r io.Reader, most int64) (b Blob, err error) {
	sum := sha256.New()
	b.Size, err = io.Copy(io.MultiWriter(tmp, sum), io.LimitReader(source{ctx, r}, most+1))
	switch {
	case err != nil:
		return b, err
	case b.Size > most:
		return b, ErrTooLarge
	case b.Size == 0:
		return b, ErrEmpty
	}
	b.Hash = hex.EncodeToString(sum.Sum(nil))
	if b.Type, err = TypeOf(tmp, b.Size); err != nil {
		return b, fmt.Errorf("look at an upload: %w", err)
	}
	if err := tmp.Sync(); err != nil {
		return b, fmt.Errorf("write an upload: %w", err)
	}
	return b, closed(tmp)
}

// source is what an upload is read from; it ends with its context, and tells trouble of the reader from trouble of the disk.
type source struct {
	ctx context.Context
	r   io.Reader
}

func (s source) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return n, err
}

// flush makes what was renamed in a folder outlast a power cut.
func flush(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("keep an upload: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

// File is an open file.
type File struct {
	*os.File
	Size int64
}

// Open opens the file of a hash; fs.ErrNotExist where there is none.
func (f *Folder) Open(hash string) (*File, error) {
	if !hashed.MatchString(hash) {
		return nil, fmt.Errorf("open file %q: %w", hash, fs.ErrNotExist)
	}
	file, err := os.Open(f.name(hash))
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open file: %w", err), file.Close())
	}
	return &File{file, info.Size()}, nil
}

// Has says whether the file of a hash stands in the folder.
func (f *Folder) Has(hash string) bool {
	if !hashed.MatchString(hash) {
		return false
	}
	_, err := os.Stat(f.name(hash))
	return err == nil
}

// Remove removes the file of a hash. Whoever reads it reads on.
func (f *Folder) Remove(hash string) error {
	if !hashed.MatchString(hash) {
		return fmt.Errorf("remove file %q: %w", hash, fs.ErrNotExist)
	}
	if err := os.Remove(f.name(hash)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove file: %w", err)
	}
	return nil
}

var hashed = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (f *Folder) name(hash string) string { return filepath.Join(f.dir, hash[:2], hash) }
