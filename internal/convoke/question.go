package convoke

// QuestionState is how far a question has come. Whether an open one is answered shows by its answers.
type QuestionState string

// The states of a question.
const (
	QuestionPending  QuestionState = "pending"  // only moderators and whoever asked see it
	QuestionOpen     QuestionState = "open"     // stands on the page
	QuestionMerged   QuestionState = "merged"   // another question stands for it
	QuestionDeclined QuestionState = "declined" // stands on the page with the reason
)

// What LiveSeconds says besides a moment of the recording.
const (
	NotLive     = -1
	LiveSomeday = -2 // answered live, at no known moment
)

// Question is one question about an event. Who asked it stands apart, in [Asker], so that no list of questions can show it by mistake.
type Question struct {
	ID          ID            `db:"id"`
	EventID     ID            `db:"event_id"`
	CommunityID ID            `db:"community_id"`
	Number      int           `db:"number"`   // its address within the event, for life
	Position    int           `db:"position"` // its place on the page
	Text        string        `db:"text"`
	State       QuestionState `db:"state"`
	MergedInto  ID            `db:"merged_into"`
	Reason      string        `db:"reason"`       // why it was declined
	LiveSeconds int           `db:"live_seconds"` // answered live at this moment of the recording, or NotLive or LiveSomeday
	ToCommunity bool          `db:"to_community"` // members may answer it
	SettledAt   Instant       `db:"settled_at"`   // when it was first answered or declined
	Version     int64         `db:"version"`
	CreatedAt   Instant       `db:"created_at"`
	UpdatedAt   Instant       `db:"updated_at"`
}

// Settled says whether whoever asked has their answer, or was told why there is none.
func (q *Question) Settled() bool { return q.SettledAt != 0 }

// Asker is somebody who asked a question or asks it too. Of an anonymous one nobody but the outbox may learn the person.
type Asker struct {
	ID         ID      `db:"id"`
	QuestionID ID      `db:"question_id"`
	EventID    ID      `db:"event_id"`
	PersonID   ID      `db:"person_id"`
	Name       string  `db:"name"` // of somebody without an account
	Anonymous  bool    `db:"anonymous"`
	First      bool    `db:"first"` // asked it, rather than asks it too
	ToldAt     Instant `db:"told_at"`
	CreatedAt  Instant `db:"created_at"`
}

// Part is in what part somebody answers.
type Part string

// The parts.
const (
	BySpeaker   Part = "speaker"
	ByMember    Part = "member"
	ByModerator Part = "moderator"
)

// The states of an answer to a question.
const (
	ReplyDraft     = "draft"     // its author still writes
	ReplySubmitted = "submitted" // waits for whoever plans the event
	ReplyPublished = "published"
)

// Reply is one answer to a question. Name and organisation are kept as they were when it was given.
type Reply struct {
	ID           ID      `db:"id"`
	QuestionID   ID      `db:"question_id"`
	EventID      ID      `db:"event_id"`
	SpeakerID    ID      `db:"speaker_id"`
	PersonID     ID      `db:"person_id"`
	Part         Part    `db:"part"`
	Chat         bool    `db:"chat"` // said in the session's chat, by whoever was there
	Name         string  `db:"name"`
	Organisation string  `db:"organisation"`
	Text         string  `db:"text"` // Markdown
	State        string  `db:"state"`
	Version      int64   `db:"version"`
	CreatedAt    Instant `db:"created_at"`
	UpdatedAt    Instant `db:"updated_at"`
	PublishedAt  Instant `db:"published_at"`
}

// Assignment says whose question it is to answer.
type Assignment struct {
	QuestionID ID      `db:"question_id"`
	SpeakerID  ID      `db:"speaker_id"`
	AskedAt    Instant `db:"asked_at"` // when the letter that asks the speaker was decided
	CreatedAt  Instant `db:"created_at"`
}

// Comment is what a member says beneath a question.
type Comment struct {
	ID         ID      `db:"id"`
	QuestionID ID      `db:"question_id"`
	EventID    ID      `db:"event_id"`
	PersonID   ID      `db:"person_id"`
	Text       string  `db:"text"`
	CreatedAt  Instant `db:"created_at"`
}

// Revision is how a question, an answer or a summary read before it was edited.
type Revision struct {
	SubjectID ID      `db:"subject_id"`
	Version   int64   `db:"version"`
	EventID   ID      `db:"event_id"`
	Text      string  `db:"text"`
	EditorID  ID      `db:"editor_id"` // who replaced it; empty where that must not be known
	At        Instant `db:"at"`
}

// Limits of questions and answers.
const (
	MaxQuestion  = 2_000  // runes
	MaxReply     = 10_000 // runes
	MaxComment   = 2_000  // runes
	MaxQuestions = 1_000  // of one event
)
