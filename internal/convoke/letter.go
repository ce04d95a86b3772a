package convoke

// Letter is one mail to one recipient: a row of the outbox and of the ledger.
type Letter struct {
	ID          ID      `db:"id"`
	Key         string  `db:"key"`        // kind/subject/sequence/person: the same letter is never written twice
	MessageID   string  `db:"message_id"` // without <>
	Kind        string  `db:"kind"`
	Class       Class   `db:"class"`
	CommunityID ID      `db:"community_id"`
	SeriesID    ID      `db:"series_id"`
	MeetingID   ID      `db:"meeting_id"`
	EventID     ID      `db:"event_id"`
	Sequence    int     `db:"sequence"`
	PersonID    ID      `db:"person_id"`
	Address     string  `db:"address"`
	Data        string  `db:"data"` // JSON of the kind's own type
	Mime        []byte  `db:"mime"`
	Subject     string  `db:"subject"` // known once rendered
	Priority    int     `db:"priority"`
	UsefulUntil Instant `db:"useful_until"`
	State       string  `db:"state"`
	Why         string  `db:"why"`
	Attempts    int     `db:"attempts"`
	InDoubt     int     `db:"in_doubt"`
	NextAt      Instant `db:"next_at"`
	Lease       string  `db:"lease"`
	FirstTryAt  Instant `db:"first_try_at"`
	FinalAt     Instant `db:"final_at"`
	LastCode    int     `db:"last_code"`
	LastError   string  `db:"last_error"`
	CreatedAt   Instant `db:"created_at"`
}

// Unnamed says whether nobody is to learn whose letter it is, and what it says.
func (l *Letter) Unnamed() bool { return l.Class == ClassUnnamed }

// The states a letter can be in; all but queued and leased are final.
const (
	Queued     = "queued"
	Leased     = "leased"
	Accepted   = "accepted"   // the mail server took it
	Captured   = "captured"   // kept here, as no mail server is set
	Stale      = "stale"      // no longer useful when its turn came
	Suppressed = "suppressed" // must not be sent any more
	Withdrawn  = "cancelled"  // another letter took its place
	Dead       = "dead"       // refused for good
)

// Recipient is one person a letter about an event may go to, with all that decides whether it does.
type Recipient struct {
	Person
	Role       Role    `db:"role"` // in the event's community, empty for none
	JoinedAt   Instant `db:"joined_at"`
	Answer     Answer  `db:"answer"`      // the nearest
	ComesTo    bool    `db:"comes_to"`    // of a series or a meeting: said yes or maybe to a date of it that is to come, or was called off with the whole
	Holds      bool    `db:"holds"`       // was sent a calendar part of the UID
	HeldBefore bool    `db:"held_before"` // of a meeting: was sent a calendar part of the one that it continues
	Muted      bool    `db:"muted"`       // wants no mails about it
	MutedAll   bool    `db:"muted_all"`
	FeedReader bool    `db:"feed_reader"` // read an own feed that holds it within 14 days
	Sees       bool    `db:"sees"`
}
