package app

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"convoke/internal/convoke"
	"convoke/internal/files"
	"convoke/internal/locale"
	"convoke/internal/store"
)

// Materials is what events leave behind.
type Materials struct{ *core }

// MaterialView is a material as one viewer may see it. Of a locked one nothing is known but what it is called and whom it is for.
type MaterialView struct {
	store.ShownMaterial
	Captions   []string // languages
	Transcript int      // signs, zero for none
}

// TypeName is what people call the type of the file, "PDF".
func (m *MaterialView) TypeName() string { return convoke.TypeName(m.Type) }

// AfterView is what an event left behind, as one viewer may see it.
type AfterView struct {
	Materials []MaterialView
	Questions store.QuestionCount              // without those that wait for a moderator
	Summary   bool                             // there is one, and it is published
	Expected  map[convoke.Item]convoke.Instant // by when what is missing was promised, while that is to come
}

// Of lists the materials of a kind.
func (a *AfterView) Of(kind convoke.MaterialKind) []MaterialView {
	var out []MaterialView
	for _, m := range a.Materials {
		if m.Kind == kind {
			out = append(out, m)
		}
	}
	return out
}

// has says whether an item is there.
func (a *AfterView) has(item convoke.Item) bool {
	switch item {
	case convoke.ItemSummary:
		return a.Summary
	case convoke.ItemAnswers:
		return a.Questions.Open == a.Questions.Answered
	}
	return len(a.Of(convoke.MaterialKind(item))) > 0
}

// After reads what several events left behind. The events must have been found for the same viewer.
func (a *Materials) After(ctx context.Context, v convoke.Viewer, events ...EventView) (out map[convoke.ID]AfterView, err error) {
	ids := make([]convoke.ID, len(events))
	for i, e := range events {
		ids[i] = e.ID
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		out, err = a.after(ctx, tx, v, ids)
		return err
	})
	return out, err
}

func (a *Materials) after(ctx context.Context, tx *store.Tx, v convoke.Viewer, events []convoke.ID) (map[convoke.ID]AfterView, error) {
	list, err := tx.Materials(ctx, v, events)
	if err != nil {
		return nil, err
	}
	views, err := a.views(ctx, tx, list)
	if err != nil {
		return nil, err
	}
	counts, err := tx.CountQuestions(ctx, events)
	if err != nil {
		return nil, err
	}
	follow, err := tx.FollowUps(ctx, events)
	if err != nil {
		return nil, err
	}
	promised, err := tx.Promises(ctx, events)
	if err != nil {
		return nil, err
	}
	out := map[convoke.ID]AfterView{}
	for _, id := range events {
		x := AfterView{Questions: counts[id], Summary: follow[id].SummaryAt != 0, Expected: map[convoke.Item]convoke.Instant{}}
		x.Questions.Pending = 0
		for _, m := range views {
			if m.EventID == id {
				x.Materials = append(x.Materials, m)
			}
		}
		for _, p := range promised[id] {
			if p.DueAt >= tx.Now && !x.has(p.Item) { // what is late is expected by nobody
				x.Expected[p.Item] = p.DueAt
			}
		}
		out[id] = x
	}
	return out, nil
}

// views adds what hangs on materials.
func (a *Materials) views(ctx context.Context, tx *store.Tx, list []store.ShownMaterial) ([]MaterialView, error) {
	out := make([]MaterialView, len(list))
	var open []convoke.ID
	for i, m := range list {
		if out[i].ShownMaterial = m; !m.Locked && m.Kind == convoke.Recording {
			open = append(open, m.ID)
		}
	}
	captions, err := tx.CaptionLanguages(ctx, open)
	if err != nil {
		return nil, err
	}
	transcripts, err := tx.Transcripts(ctx, open)
	for i := range out {
		out[i].Captions, out[i].Transcript = captions[out[i].ID], transcripts[out[i].ID]
	}
	return out, err
}

// List reads the materials of an event, by its address in a community or, with an empty community, by ID.
func (a *Materials) List(ctx context.Context, v convoke.Viewer, community, ref string) (out []MaterialView, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		e, _, _, err := a.find(ctx, tx, v, community, ref)
		if err != nil {
			return err
		}
		list, err := tx.Materials(ctx, v, []convoke.ID{e.ID})
		if err != nil {
			return err
		}
		out, err = a.views(ctx, tx, list)
		return err
	})
	return out, err
}

// Get reads one material of an event.
func (a *Materials) Get(ctx context.Context, v convoke.Viewer, event, material convoke.ID) (MaterialView, error) {
	list, err := a.List(ctx, v, "", string(event))
	if err != nil {
		return MaterialView{}, err
	}
	if i := slices.IndexFunc(list, func(m MaterialView) bool { return m.ID == material }); i >= 0 {
		return list[i], nil
	}
	return MaterialView{}, convoke.ErrNotFound
}

// MaterialInput is what can be set of a material; nil leaves a thing as it is.
type MaterialInput struct {
	Kind       *string `json:"kind" form:"kind"`
	Title      *string `json:"title" form:"title"` // empty for the name of the kind
	Language   *string `json:"language" form:"language"`
	Visibility *string `json:"visibility" form:"visibility"`
	Link       *string `json:"link" form:"link"`         // not of a file
	Minutes    *int    `json:"minutes" form:"minutes"`   // length of a recording
	Position   *int    `json:"position" form:"position"` // place among the materials of the event, from 1
	Version    *int64  `json:"version" form:"version"`   // the one the form was made from
}

func (in MaterialInput) apply(m *convoke.Material, e convoke.Event) error {
	if in.Version != nil && *in.Version != m.Version {
		return convoke.Refuse(convoke.ReasonConflict, "error.stale")
	}
	var f typing
	if in.Kind != nil {
		m.Kind = convoke.MaterialKind(*in.Kind)
		f.Check(m.File == "" || m.Kind.Takes(m.Type), "kind", "material.kind.file")
	}
	f.line("title", in.Title, &m.Title, convoke.MaxTitle)
	if m.Title == "" && slices.Contains(convoke.MaterialKinds, m.Kind) {
		m.Title = locale.For(e.Language, nil).T("material.kind." + string(m.Kind))
	}
	if in.Language != nil {
		m.Language = *in.Language
	}
	f.Check(slices.Contains(locale.Known(), m.Language), "language", "language.unknown")
	if in.Visibility != nil {
		m.Visibility = convoke.Visibility(*in.Visibility)
	}
	if in.Link != nil {
		link := strings.TrimSpace(*in.Link)
		f.Check(m.File == "" || link == "", "link", "material.both")
		m.Link = link
	}
	if in.Minutes != nil {
		m.Seconds = *in.Minutes * 60
		f.Check(*in.Minutes >= 0 && *in.Minutes <= 48*60, "minutes", "material.minutes.invalid")
	}
	if err := f.Err(); err != nil {
		return err
	}
	return m.Check()
}

// maker finds the event that gets a new material, and begins that.
func (a *Materials) maker(ctx context.Context, tx *store.Tx, v convoke.Viewer, event convoke.ID) (n convoke.Material, e convoke.Event, m convoke.Community, err error) {
	if e, m, err = a.plans(ctx, tx, v, event); err != nil {
		return n, e, m, err
	}
	list, err := tx.Materials(ctx, convoke.System, []convoke.ID{e.ID})
	if err != nil {
		return n, e, m, err
	}
	if len(list) >= convoke.MaxMaterials {
		return n, e, m, convoke.Refuse(convoke.ReasonConflict, "material.too_many").With("Most", convoke.MaxMaterials)
	}
	n = convoke.Material{ID: convoke.NewID("ma"), EventID: e.ID, CommunityID: m.ID, Kind: convoke.Recording, Language: e.Language, Visibility: e.Visibility,
		Position: 1, Version: 1, CreatedBy: v.Person, CreatedAt: tx.Now, UpdatedAt: tx.Now}
	if len(list) > 0 {
		n.Position = list[len(list)-1].Position + 1
	}
	return n, e, m, nil
}

func (a *Materials) add(ctx context.Context, tx *store.Tx, v convoke.Viewer, n convoke.Material, e convoke.Event, m convoke.Community) error {
	if err := tx.AddMaterial(ctx, n); err != nil {
		return err
	}
	if err := a.note(ctx, tx, v, e, m, "added", nil, n); err != nil {
		return err
	}
	return a.materialsChanged(ctx, tx, v, m, e)
}

// note writes the audit line of a material.
func (a *Materials) note(ctx context.Context, tx *store.Tx, v convoke.Viewer, e convoke.Event, m convoke.Community, verb string, before any, after convoke.Material) error {
	n := news{noun: "material", verb: verb, subject: after.ID, community: m.ID, series: e.SeriesID, meeting: e.MeetingID, before: before, after: after}
	return a.record(ctx, tx, v, n)
}

// AddLink adds a material that stands elsewhere.
func (a *Materials) AddLink(ctx context.Context, v convoke.Viewer, event convoke.ID, in MaterialInput) (n convoke.Material, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		var e convoke.Event
		var m convoke.Community
		if n, e, m, err = a.maker(ctx, tx, v, event); err != nil {
			return err
		}
		in.Version = nil
		if err := in.apply(&n, e); err != nil {
			return err
		}
		return a.add(ctx, tx, v, n, e, m)
	})
	return n, err
}

// Upload adds a material that is a file, reading it to its end. Whoever may not add it, or says something wrong about it, is told before the
// first byte is read; what is refused afterwards leaves nothing behind.
func (a *Materials) Upload(ctx context.Context, v convoke.Viewer, event convoke.ID, in MaterialInput, name string, body io.Reader) (n convoke.Material, err error) {
	if err := writes(v); err != nil {
		return n, err
	}
	in.Version = nil
	if err := a.store.View(ctx, func(tx *store.Tx) error {
		n, e, _, err := a.maker(ctx, tx, v, event)
		if err != nil {
			return err
		}
		n.Link = "https://any.example" // anything, as the file is not there yet
		if in.Link != nil && strings.TrimSpace(*in.Link) != "" {
			return convoke.Invalid("link", "material.both")
		}
		in.Link = nil
		return in.apply(&n, e)
	}); err != nil {
		return n, err
	}
	kind := convoke.Recording
	if in.Kind != nil {
		kind = convoke.MaterialKind(*in.Kind)
	}
	b, err := a.files.Put(ctx, body, convoke.MaxFile, func(b files.Blob) error {
		if err := taken(kind, b.Type); err != nil {
			return err
		}
		return a.store.Update(ctx, func(tx *store.Tx) error {
			return tx.HoldFile(ctx, convoke.File{Hash: convoke.ID(b.Hash), Size: b.Size, Type: b.Type})
		})
	})
	if err != nil {
		return n, refusedUpload(err)
	}
	err = a.update(ctx, v, func(tx *store.Tx) error {
		var e convoke.Event
		var m convoke.Community
		if n, e, m, err = a.maker(ctx, tx, v, event); err != nil {
			return err
		}
		n.File, n.Size, n.Type, n.Name = convoke.ID(b.Hash), b.Size, b.Type, convoke.FileName(name, b.Type)
		if err := in.apply(&n, e); err != nil {
			return err
		}
		// From here on nobody sweeps the file, see package files.
		if err := tx.UseFile(ctx, n.File); convoke.IsNotFound(err) || err == nil && !a.files.Has(b.Hash) {
			return convoke.Refuse(convoke.ReasonConflict, "material.file.again")
		} else if err != nil {
			return err
		}
		return a.add(ctx, tx, v, n, e, m)
	})
	return n, err
}

// taken refuses a file whose content is not what such a material can be, and says what it is.
func taken(kind convoke.MaterialKind, mediaType string) error {
	if kind.Takes(mediaType) {
		return nil
	}
	key := "material.file.kind"
	if kind == convoke.Recording {
		key = "material.file.recording"
	}
	name := convoke.TypeName(mediaType)
	if name == "" {
		key += ".unknown"
	}
	return convoke.Invalid("file", convoke.Key(key)).With("What", name)
}

// refusedUpload says what is wrong with an upload.
func refusedUpload(err error) error {
	switch {
	case errors.Is(err, files.ErrTooLarge):
		return tooLarge.Because(err)
	case errors.Is(err, files.ErrEmpty):
		return convoke.Invalid("file", "material.file.empty").Because(err)
	case errors.Is(err, files.ErrBroken):
		return convoke.Refuse(convoke.ReasonUnreadable, "material.file.broken").Because(err)
	}
	return err
}

var tooLarge = convoke.Refuse(convoke.ReasonTooLarge, "material.file.too_large").With("Megabytes", convoke.MaxFile>>20)

// TooLarge is the refusal of an upload that is larger than any may be.
func (a *Materials) TooLarge() error { return tooLarge }

// owned finds a material for whoever plans its event.
func (a *Materials) owned(ctx context.Context, tx *store.Tx, v convoke.Viewer, event, material convoke.ID) (n convoke.Material, e convoke.Event, m convoke.Community, err error) {
	if e, m, err = a.plans(ctx, tx, v, event); err != nil {
		return n, e, m, err
	}
	if n, err = tx.Material(ctx, material); err == nil && n.EventID != e.ID {
		err = convoke.ErrNotFound
	}
	return n, e, m, err
}

// Edit changes what is said of a material, or its place. The file itself stays.
func (a *Materials) Edit(ctx context.Context, v convoke.Viewer, event, material convoke.ID, in MaterialInput) (n convoke.Material, err error) {
	err = a.update(ctx, v, func(tx *store.Tx) error {
		var e convoke.Event
		var m convoke.Community
		if n, e, m, err = a.owned(ctx, tx, v, event, material); err != nil {
			return err
		}
		before := n
		if err := in.apply(&n, e); err != nil {
			return err
		}
		if before.Kind == convoke.Recording && n.Kind != convoke.Recording {
			if err := nothingBeside(ctx, tx, n); err != nil {
				return err
			}
		}
		if in.Position != nil {
			if n.Position, err = a.place(ctx, tx, n, *in.Position); err != nil {
				return err
			}
		}
		if n == before {
			return nil
		}
		n.Version, n.UpdatedAt = n.Version+1, tx.Now
		if err := tx.PutMaterial(ctx, n); err != nil {
			return err
		}
		if err := a.note(ctx, tx, v, e, m, "edited", before, n); err != nil {
			return err
		}
		return a.materialsChanged(ctx, tx, v, m, e)
	})
	return n, err
}

// nothingBeside refuses to make something else of a recording that has a transcript, where nobody would find it any more. Captions stand beside
// uploaded sound and film only, which stay recordings by their content.
func nothingBeside(ctx context.Context, tx *store.Tx, n convoke.Material) error {
	transcripts, err := tx.Transcripts(ctx, []convoke.ID{n.ID})
	if err == nil && len(transcripts) > 0 {
		err = convoke.Invalid("kind", "material.kind.beside")
	}
	return err
}

// place makes room for a material at a place among those of its event, from 1, and says which position that is.
func (a *Materials) place(ctx context.Context, tx *store.Tx, n convoke.Material, place int) (int, error) {
	list, err := tx.Materials(ctx, convoke.System, []convoke.ID{n.EventID})
	if err != nil {
		return 0, err
	}
	list = slices.DeleteFunc(list, func(x store.ShownMaterial) bool { return x.ID == n.ID })
	place = min(max(place, 1), len(list)+1)
	for i, x := range list {
		at := i + 1
		if at >= place {
			at++
		}
		if x.Position != at {
			if err := tx.PlaceMaterial(ctx, x.ID, at); err != nil {
				return 0, err
			}
		}
	}
	return place, nil
}

// Remove takes a material away for good.
func (a *Materials) Remove(ctx context.Context, v convoke.Viewer, event, material convoke.ID) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		n, e, m, err := a.owned(ctx, tx, v, event, material)
		if err != nil {
			return err
		}
		if err := tx.DropMaterial(ctx, n); err != nil {
			return err
		}
		return a.note(ctx, tx, v, e, m, "removed", nil, n)
	})
}

// Download is a file that a viewer may have, open.
type Download struct {
	convoke.Material
	*files.File
}

// Open opens the file of a material, by its event's address in a community or, with an empty community, by the event's ID. What is hidden, what
// is a link and what is missing are not found alike.
func (a *Materials) Open(ctx context.Context, v convoke.Viewer, community, ref string, material convoke.ID) (d Download, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		d.Material, err = a.shown(ctx, tx, v, community, ref, material)
		if err == nil && d.Material.File == "" {
			err = convoke.ErrNotFound
		}
		return err
	})
	if err != nil {
		return d, err
	}
	return a.opened(ctx, d.Material)
}

// opened opens the file of a material whose viewer may have it. One that is not in the folder is for the host to look after: it is logged.
func (c *core) opened(ctx context.Context, m convoke.Material) (Download, error) {
	f, err := c.files.Open(string(m.File))
	if errors.Is(err, fs.ErrNotExist) {
		c.log.ErrorContext(ctx, "a file is missing in the folder of files", "file", m.File, "material", m.ID, "event", m.EventID)
		err = convoke.Refuse(convoke.ReasonLost, "material.file.lost").Because(err)
	}
	return Download{m, f}, err
}

// shown finds a material that the viewer may have.
func (a *Materials) shown(ctx context.Context, tx *store.Tx, v convoke.Viewer, community, ref string, material convoke.ID) (convoke.Material, error) {
	e, m, s, err := a.find(ctx, tx, v, community, ref)
	if err != nil {
		return convoke.Material{}, err
	}
	n, err := tx.Material(ctx, material)
	if err == nil && (n.EventID != e.ID || !convoke.CanEvent(s, convoke.See, &m, n.Visibility, e.Draft(), "")) {
		return convoke.Material{}, convoke.ErrNotFound
	}
	return n, err
}

// unusedFor is how long a file stays that nothing uses: longer than any upload waits for its transaction.
const unusedFor = time.Hour

// SweepFiles is the daily removal of files that nothing uses any more. Row and file go in one transaction, see package files.
func (a *Materials) SweepFiles(ctx context.Context) error {
	for a.files != nil {
		n := 0
		if err := a.store.Update(ctx, func(tx *store.Tx) error {
			gone, err := tx.DropUnusedFiles(ctx, tx.Now.Add(-unusedFor), 50)
			for _, hash := range gone {
				err = errors.Join(err, a.files.Remove(string(hash)))
			}
			n = len(gone)
			return err
		}); err != nil || n == 0 {
			return err
		}
	}
	return nil
}
