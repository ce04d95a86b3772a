package convoke

import "time"

// Scope is what a registration, a mute or a feed is about.
type Scope string

// The scopes. ScopeAll goes with no ID.
const (
	ScopeEvent     Scope = "event"
	ScopeSeries    Scope = "series"
	ScopeMeeting   Scope = "meeting"
	ScopeCommunity Scope = "community"
	ScopeAll       Scope = "all"
)

// Answer is the state of a registration.
type Answer string

// The answers. Later ones (waiting, attended) are more values of the same text.
const (
	Invited Answer = "invited"
	Yes     Answer = "yes"
	Maybe   Answer = "maybe"
	No      Answer = "no"
)

// Answers are those a person can give.
var Answers = []Answer{Yes, Maybe, No}

// Coming says whether the person means to be there.
func (a Answer) Coming() bool { return a == Yes || a == Maybe }

// Registration is one person's answer to an event, a whole series or a whole meeting; for one
// date the nearest wins.
type Registration struct {
	PersonID  ID      `db:"person_id"`
	Scope     Scope   `db:"scope"`
	ScopeID   ID      `db:"scope_id"`
	State     Answer  `db:"state"`
	How       string  `db:"how"` // page, link, api, invited, demo
	UpdatedAt Instant `db:"updated_at"`
}

// Class is a preference class of mails: what can be muted together.
type Class string

// The classes. ClassAccount (sign-in, the outcome of one's own requests and questions) cannot be muted.
const (
	ClassAccount    Class = "account"
	ClassUnnamed    Class = "unnamed" // as ClassAccount, to somebody who asked: nobody is shown whose such a letter is, else those who asked without a name are whoever is left
	ClassInvitation Class = "invitation"
	ClassReminder   Class = "reminder"
	ClassChange     Class = "change"     // moves and cancellations of what one holds
	ClassDesk       Class = "desk"       // what admins have to decide, or was promised to them
	ClassQuestion   Class = "question"   // what speakers are asked
	ClassAfter      Class = "afterwards" // what became of an event
	ClassEvery      Class = "every"      // in a mute: every class but account
)

// Mute says a person wants no mails of a class about a scope.
type Mute struct {
	PersonID  ID      `db:"person_id"`
	Scope     Scope   `db:"scope"`
	ScopeID   string  `db:"scope_id"` // empty with ScopeAll
	Class     Class   `db:"class"`
	CreatedAt Instant `db:"created_at"`
}

// Feed is one secret calendar address of a member.
type Feed struct {
	ID         ID      `db:"id"`
	PersonID   ID      `db:"person_id"`
	Name       string  `db:"name"`
	Scope      Scope   `db:"scope"` // all, community or series
	ScopeID    ID      `db:"scope_id"`
	Generation int     `db:"generation"`
	Hash       []byte  `db:"hash"`
	ReadAt     Instant `db:"read_at"`
	ReadBy     string  `db:"read_by"`
	CreatedAt  Instant `db:"created_at"`
	RevokedAt  Instant `db:"revoked_at"`
}

// Change is one line of the audit log, and what the planner reads to tell people.
type Change struct {
	ID          ID      `db:"id"`
	At          Instant `db:"at"`
	ActorID     ID      `db:"actor_id"`
	Via         string  `db:"via"`
	Noun        string  `db:"noun"` // community, member, event, series, meeting, …
	SubjectID   ID      `db:"subject_id"`
	CommunityID ID      `db:"community_id"`
	SeriesID    ID      `db:"series_id"`
	MeetingID   ID      `db:"meeting_id"`
	Verb        string  `db:"verb"`
	Before      string  `db:"before"` // JSON, may be empty
	After       string  `db:"after"`
	Note        string  `db:"note"`    // what the actor wrote for those who are told
	PlanAt      Instant `db:"plan_at"` // when letters are planned; zero when nobody is told
	Cursor      string  `db:"cursor"`  // last person planned for
	PlannedAt   Instant `db:"planned_at"`
}

// SettleTime is how long changes of one thing are gathered into one mail.
const SettleTime = 5 * time.Minute

// Due is one moment the timetable has to act at.
type Due struct {
	Key         string  `db:"key"`
	Kind        string  `db:"kind"` // reminder, invitation
	CommunityID ID      `db:"community_id"`
	EventID     ID      `db:"event_id"`
	Sequence    int     `db:"sequence"`
	LeadMinutes int     `db:"lead_minutes"`
	DueAt       Instant `db:"due_at"`
	UsefulUntil Instant `db:"useful_until"`
	State       string  `db:"state"` // planned, done, stale, cancelled
	Cursor      string  `db:"cursor"`
	Note        string  `db:"note"`
	CreatedAt   Instant `db:"created_at"`
}
