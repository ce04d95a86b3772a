package convoke

import (
	"slices"
	"strings"
)

// FollowUp is what becomes of an event once it was held: its summary, who was told that its materials are there, and its questions' numbers.
type FollowUp struct {
	EventID     ID      `db:"event_id"`
	CommunityID ID      `db:"community_id"`
	Summary     string  `db:"summary"`    // Markdown
	SummaryAt   Instant `db:"summary_at"` // when it was published, zero while it is a draft
	ReadySet    string  `db:"ready_set"`  // kinds of materials, comma separated; empty for the usual, ReadyNever for none
	ReadyAt     Instant `db:"ready_at"`   // when telling people was decided, once in its life
	AskUntil    Instant `db:"ask_until"`  // until when questions are taken, zero for always
	LastNumber  int     `db:"last_number"`
	Ordered     int64   `db:"ordered"` // rises when its questions are put into another order
	Version     int64   `db:"version"` // of the summary, zero while nobody has written one
}

// Item is one thing a session should leave behind.
type Item string

// The items, in the order the board shows them.
const (
	ItemRecording   Item = "recording"
	ItemSlides      Item = "slides"
	ItemConceptNote Item = "concept-note"
	ItemSummary     Item = "summary"
	ItemAnswers     Item = "answers"
)

// Items lists them.
var Items = []Item{ItemRecording, ItemSlides, ItemConceptNote, ItemSummary, ItemAnswers}

// ReadyNever stands where nobody is to be told that materials are there.
const ReadyNever = "never"

// MaxEventSummary is how many runes the summary of an event has at most.
const MaxEventSummary = 20_000

// A summary fills one to two pages of A4 with so many words.
const (
	SummaryFew  = 250
	SummaryMany = 750
)

// Ready lists the kinds of materials that must be there before people are told: recording and slides unless chosen otherwise.
func (f *FollowUp) Ready() []MaterialKind {
	if f.ReadySet == "" {
		return []MaterialKind{Recording, Slides}
	}
	var out []MaterialKind
	for s := range strings.SplitSeq(f.ReadySet, ",") {
		if k := MaterialKind(s); slices.Contains(MaterialKinds, k) {
			out = append(out, k)
		}
	}
	return out
}

// Promise says who will bring an item, and by when.
type Promise struct {
	EventID   ID      `db:"event_id"`
	Item      Item    `db:"item"`
	PersonID  ID      `db:"person_id"`
	Name      string  `db:"name"`
	DueAt     Instant `db:"due_at"`
	Nudges    int     `db:"nudges"` // mails about it so far
	CreatedAt Instant `db:"created_at"`
}
