package convoke

import "slices"

// Privacy decides who can join and who can see the content of a community.
type Privacy string

// The four levels of privacy.
const (
	Private     Privacy = "private"
	SemiPrivate Privacy = "semi-private"
	Public      Privacy = "public"
	Open        Privacy = "open"
)

// Privacies lists the levels from closed to open.
var Privacies = []Privacy{Private, SemiPrivate, Public, Open}

// Community is a space for one topic; with a parent it is a working group.
type Community struct {
	ID          ID      `db:"id"`
	Slug        string  `db:"slug"`
	ParentID    ID      `db:"parent_id"`
	Name        string  `db:"name"`
	Summary     string  `db:"summary"`     // short description, one line
	Description string  `db:"description"` // long description, Markdown
	Privacy     Privacy `db:"privacy"`
	Hidden      bool    `db:"hidden"`
	Language    string  `db:"language"`
	Zone        string  `db:"zone"`
	Eligibility string  `db:"eligibility"` // who may join, shown where joining needs approval
	Rules       string  `db:"rules"`       // house rules, Markdown
	Contact     string  `db:"contact"`     // Reply-To of its mails, empty for none
	Ink         string  `db:"ink"`         // colour, empty for the one its slug gives
	FeedRev     int64   `db:"feed_rev"`    // rises whenever any byte of one of its feeds may change
	Version     int64   `db:"version"`     // rises with every edit of the settings
	CreatedAt   Instant `db:"created_at"`
	ArchivedAt  Instant `db:"archived_at"`
	AtOnce      bool    `db:"answers_at_once"` // speakers' answers are published without anybody looking at them
	// ParentArchived is joined in by the store: an archived parent archives its groups.
	ParentArchived bool `db:"parent_archived"`
}

// Archived says whether nothing new can be added.
func (c *Community) Archived() bool { return c.ArchivedAt != 0 || c.ParentArchived }

// Joining says how one gets in: "none" (by invitation), "ask" or "join".
func (c *Community) Joining() string {
	switch c.Privacy {
	case SemiPrivate:
		return "ask"
	case Public, Open:
		return "join"
	}
	return "none"
}

// Check refuses what a community must not be.
func (c *Community) Check() error {
	var f Faults
	f.Check(c.Name != "", "name", "community.name.missing")
	f.Check(knownPrivacy(c.Privacy), "privacy", "community.privacy.unknown")
	f.Check(validZone(c.Zone), "time_zone", "zone.unknown", "Zone", c.Zone)
	f.Check(c.Ink == "" || knownInk(c.Ink), "ink", "community.ink.unknown")
	return f.Err()
}

func knownPrivacy(p Privacy) bool {
	return slices.Contains(Privacies, p)
}

// Inks are the colours that identify communities.
var Inks = []string{"lagoon", "madder", "ochre", "indigo", "fern", "plum", "clay", "slate"}

func knownInk(s string) bool {
	return slices.Contains(Inks, s)
}

// Role is what a member is in a community.
type Role string

// The roles; the empty role is no member.
const (
	Member    Role = "member"
	Moderator Role = "moderator"
	Admin     Role = "admin"
)

// Roles lists the roles from least to most.
var Roles = []Role{Member, Moderator, Admin}

// AtLeast says whether a role includes another.
func (r Role) AtLeast(min Role) bool { return roleRank(r) >= roleRank(min) }

func roleRank(r Role) int {
	switch r {
	case Member:
		return 1
	case Moderator:
		return 2
	case Admin:
		return 3
	}
	return 0
}

// Membership ties a person to a community.
type Membership struct {
	CommunityID ID      `db:"community_id"`
	PersonID    ID      `db:"person_id"`
	Role        Role    `db:"role"`
	JoinedAt    Instant `db:"joined_at"`
	How         string  `db:"how"` // founded, joined, approved, invited, added
}

// Invitation asks one person to become a member.
type Invitation struct {
	ID          ID      `db:"id"`
	CommunityID ID      `db:"community_id"`
	PersonID    ID      `db:"person_id"`
	InvitedBy   ID      `db:"invited_by"`
	Message     string  `db:"message"`
	State       string  `db:"state"` // sent, joined, declined, withdrawn
	CreatedAt   Instant `db:"created_at"`
	DecidedAt   Instant `db:"decided_at"`
}

// JoinRequest is somebody's wish to become a member.
type JoinRequest struct {
	ID          ID      `db:"id"`
	CommunityID ID      `db:"community_id"`
	PersonID    ID      `db:"person_id"`
	Message     string  `db:"message"`
	State       string  `db:"state"` // waiting, approved, rejected, withdrawn, closed
	Reason      string  `db:"reason"`
	DecidedBy   ID      `db:"decided_by"`
	CreatedAt   Instant `db:"created_at"`
	DecidedAt   Instant `db:"decided_at"`
}
