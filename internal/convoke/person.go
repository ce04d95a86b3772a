package convoke

import "time"

// Person is somebody Convoke knows: a member, an invited outsider, a speaker. Only a confirmed
// address makes a person one who can sign in.
type Person struct {
	ID           ID      `db:"id"`
	Name         string  `db:"name"`
	Language     string  `db:"language"` // as chosen; may have no catalogue yet
	Zone         string  `db:"zone"`     // IANA name, empty until known
	Organisation string  `db:"organisation"`
	Operator     bool    `db:"operator"`
	Listed       bool    `db:"listed"`   // shown in directories
	FeedRev      int64   `db:"feed_rev"` // rises whenever what the person may see or chose changes
	CreatedAt    Instant `db:"created_at"`
	Address      string  `db:"address"`   // primary address as typed, joined in by the store
	Confirmed    bool    `db:"confirmed"` // whether that address is confirmed, joined in likewise
	RefusedWith  string  `db:"bouncing"`  // what a mail server says that takes no mail for that address, else empty; joined in likewise
}

// DisplayName is the name, or the part of the address before the @ for somebody who gave none.
func (p Person) DisplayName() string {
	if p.Name != "" {
		return p.Name
	}
	for i := range len(p.Address) {
		if p.Address[i] == '@' {
			return p.Address[:i]
		}
	}
	return p.Address
}

// Address is one mail address of a person; Folded is the form addresses are compared in.
type Address struct {
	ID          ID      `db:"id"`
	PersonID    ID      `db:"person_id"`
	Folded      string  `db:"folded"`
	Shown       string  `db:"shown"`
	ConfirmedAt Instant `db:"confirmed_at"`
	Primary     bool    `db:"is_primary"`
}

// SignIn is one request for a sign-in mail. Link and code are derived from the letter's ID, so
// nothing secret waits in the row.
type SignIn struct {
	ID        ID      `db:"id"` // the letter's
	Folded    string  `db:"folded"`
	Shown     string  `db:"shown"`
	Network   string  `db:"network"` // IPv4 address or IPv6 /64 it was asked from
	Language  string  `db:"language"`
	Zone      string  `db:"zone"`
	Next      string  `db:"next"` // local path to go on to
	Operator  bool    `db:"operator"`
	Tries     int     `db:"tries"` // wrong codes so far
	CreatedAt Instant `db:"created_at"`
	ExpiresAt Instant `db:"expires_at"`
	UsedAt    Instant `db:"used_at"`
}

// Limits of signing in.
const (
	SignInLife           = 15 * time.Minute
	SetUpLife            = 30 * time.Minute
	SignInsPerAddress    = 5  // an hour
	SignInsPerNetwork    = 60 // an hour
	SignInCodeTries      = 5
	SessionIdle          = 30 * 24 * time.Hour
	IdempotencyKeepTime  = 24 * time.Hour
	IdempotencyClaimTime = 2 * time.Minute // after which a request that has changed nothing is given up
)

// Session is one signed-in browser.
type Session struct {
	Token     string  `db:"token"` // hash of the cookie's value
	PersonID  ID      `db:"person_id"`
	Data      []byte  `db:"data"`
	Agent     string  `db:"agent"`
	CreatedAt Instant `db:"created_at"`
	SeenAt    Instant `db:"seen_at"`
	ExpiresAt Instant `db:"expires_at"`
}

// Token is an API token; only its hash is kept.
type Token struct {
	ID        ID      `db:"id"`
	PersonID  ID      `db:"person_id"`
	Name      string  `db:"name"`
	Hash      []byte  `db:"hash"`
	ReadOnly  bool    `db:"read_only"`
	CreatedAt Instant `db:"created_at"`
	UsedAt    Instant `db:"used_at"`
}

// Viewer is who asks: nobody, a person by session or API token, or the holder of one mailed letter.
type Viewer struct {
	Person   ID
	Operator bool
	ReadOnly bool   // an API token that may only read
	TokenID  ID     // the API token, when one was used
	Letter   ID     // a mailed link's letter: its person may do only what that letter offers
	Via      string // "session", "token", "letter", "system" or empty
}

// Nobody is the viewer who is a stranger.
var Nobody = Viewer{}

// System is Convoke itself: the timetable, the command line and the demo.
var System = Viewer{Operator: true, Via: "system"}

// Signed says whether the viewer is a person who signed in (by session or API token).
func (v Viewer) Signed() bool { return v.Person != "" && v.Letter == "" }
