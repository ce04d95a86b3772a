package app

import (
	"context"
	"errors"
	"slices"
	"unicode/utf8"

	"convoke/internal/convoke"
	"convoke/internal/locale"
	"convoke/internal/markup"
	"convoke/internal/store"
)

// Captions reads the captions of a recording in one language, as WebVTT.
func (a *Materials) Captions(ctx context.Context, v convoke.Viewer, community, ref string, material convoke.ID, language string) (text string, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		n, err := a.shown(ctx, tx, v, community, ref, material)
		if err != nil {
			return err
		}
		c, err := tx.Caption(ctx, n.ID, language)
		text = c.Data
		return err
	})
	return text, err
}

// SetCaptions puts captions beside an uploaded recording, in place of those in the same language.
func (a *Materials) SetCaptions(ctx context.Context, v convoke.Viewer, event, material convoke.ID, language, text string) error {
	return a.onRecording(ctx, v, event, material, "captioned", func(tx *store.Tx, n convoke.Material) error {
		switch {
		case n.File == "":
			return convoke.Invalid("captions", "caption.link")
		case !slices.Contains(locale.Known(), language):
			return convoke.Invalid("language", "language.unknown")
		case len(text) > convoke.MaxCaptions:
			return convoke.Invalid("captions", "caption.too_long")
		}
		clean, err := markup.VTT(text)
		if err != nil {
			return captionFault(err, "captions")
		}
		if len(clean) > 2*convoke.MaxCaptions { // what is escaped grows
			return convoke.Invalid("captions", "caption.too_long")
		}
		return tx.PutCaption(ctx, convoke.Caption{MaterialID: n.ID, Language: language, Data: clean, UpdatedAt: tx.Now})
	})
}

// DropCaptions takes the captions in one language away.
func (a *Materials) DropCaptions(ctx context.Context, v convoke.Viewer, event, material convoke.ID, language string) error {
	return a.onRecording(ctx, v, event, material, "captions-removed", func(tx *store.Tx, n convoke.Material) error {
		ok, err := tx.DropCaption(ctx, n.ID, language)
		return found(ok, err)
	})
}

// Transcript reads what was said in a recording.
func (a *Materials) Transcript(ctx context.Context, v convoke.Viewer, community, ref string, material convoke.ID) (text string, n convoke.Material, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		if n, err = a.shown(ctx, tx, v, community, ref, material); err != nil {
			return err
		}
		text, err = tx.Transcript(ctx, n.ID)
		return err
	})
	return text, n, err
}

// SetTranscript puts down what was said in a recording: a text, or captions that are made one.
func (a *Materials) SetTranscript(ctx context.Context, v convoke.Viewer, event, material convoke.ID, text string) error {
	return a.onRecording(ctx, v, event, material, "transcribed", func(tx *store.Tx, n convoke.Material) error {
		if len(text) > convoke.MaxTranscript {
			return convoke.Invalid("transcript", "transcript.too_long")
		}
		clean, err := markup.Transcript(text)
		if err != nil {
			return captionFault(err, "transcript")
		}
		if clean == "" || !utf8.ValidString(clean) {
			return convoke.Invalid("transcript", "transcript.missing")
		}
		return tx.PutTranscript(ctx, n.ID, clean)
	})
}

// DropTranscript takes a transcript away.
func (a *Materials) DropTranscript(ctx context.Context, v convoke.Viewer, event, material convoke.ID) error {
	return a.onRecording(ctx, v, event, material, "transcript-removed", func(tx *store.Tx, n convoke.Material) error {
		ok, err := tx.DropTranscript(ctx, n.ID)
		return found(ok, err)
	})
}

func found(ok bool, err error) error {
	if err == nil && !ok {
		err = convoke.ErrNotFound
	}
	return err
}

// onRecording changes what stands beside a recording.
func (a *Materials) onRecording(ctx context.Context, v convoke.Viewer, event, material convoke.ID, verb string, change func(*store.Tx, convoke.Material) error) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		n, e, m, err := a.owned(ctx, tx, v, event, material)
		if err != nil {
			return err
		}
		if n.Kind != convoke.Recording {
			return convoke.Refuse(convoke.ReasonConflict, "caption.no_recording")
		}
		if err := change(tx, n); err != nil {
			return err
		}
		return a.note(ctx, tx, v, e, m, verb, nil, n)
	})
}

// captionFault says which line of captions is wrong, and how.
func captionFault(err error, field string) error {
	if e, ok := errors.AsType[*markup.CaptionError](err); ok {
		return convoke.Invalid(field, convoke.Key("caption."+e.What)).With("Line", e.Line).Because(err)
	}
	return err
}
