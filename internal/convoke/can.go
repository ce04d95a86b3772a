package convoke

// Standing is what a viewer is to one community: everything [Can] needs to know of them.
type Standing struct {
	Signed     bool
	Operator   bool
	Role       Role // in the community; empty for no member
	Waiting    bool // has asked to join and waits
	ParentRole Role // in the parent, where the community is a working group
}

// Verb is something one can do with a community.
type Verb string

// What can be done with a community.
const (
	Know       Verb = "know"       // that it exists: its front page
	Describe   Verb = "describe"   // read its long description
	Read       Verb = "read"       // read its content
	Join       Verb = "join"       // become a member at once
	Ask        Verb = "ask"        // ask to become a member
	Accept     Verb = "accept"     // take up an invitation
	Leave      Verb = "leave"      // stop being a member
	Directory  Verb = "directory"  // see who the members are
	Plan       Verb = "plan"       // plan, publish, move and cancel
	Review     Verb = "review"     // see drafts and the desk, also once archived
	Manage     Verb = "manage"     // settings, invitations, requests, roles
	Remove     Verb = "remove"     // remove members, also once archived
	Group      Verb = "group"      // create a working group
	Archive    Verb = "archive"    // close it for anything new
	Reactivate Verb = "reactivate" // open it again
)

// Verbs lists them as the matrix shows them.
var Verbs = []Verb{Know, Describe, Read, Join, Ask, Accept, Leave, Directory, Plan, Review, Manage, Remove, Group, Archive, Reactivate}

// role is what the viewer counts as: operators and admins of the parent count as admins, and of a working
// group only members of its parent are anything at all.
func (s Standing) role(c *Community) Role {
	switch {
	case s.Operator:
		return Admin
	case c.ParentID == "":
		return s.Role
	case s.ParentRole == "":
		return ""
	case s.ParentRole == Admin:
		return Admin
	}
	return s.Role
}

// outside says whether a working group is out of the viewer's world: not a member of its parent.
func (s Standing) outside(c *Community) bool {
	return c.ParentID != "" && s.ParentRole == "" && !s.Operator
}

// Can decides whether somebody may do something with a community. It is the only place that does;
// the queries of package store repeat Know and Read in SQL.
func Can(s Standing, v Verb, c *Community) bool {
	if s.outside(c) {
		return false
	}
	role := s.role(c)
	knows := !c.Hidden || role != ""
	reads := role != "" || c.Privacy == Open && knows
	newcomer := s.Signed && s.Role == "" && knows && !c.Archived()
	switch v {
	case Know:
		return knows
	case Describe:
		return reads || knows && c.Privacy == Public
	case Read:
		return reads
	case Join:
		return newcomer && c.Joining() == "join"
	case Ask:
		return newcomer && c.Joining() == "ask" && !s.Waiting
	case Accept:
		return s.Signed && s.Role == "" && !c.Archived()
	case Leave:
		return s.Role != ""
	case Directory:
		return role != ""
	case Plan:
		return role.AtLeast(Moderator) && !c.Archived()
	case Review:
		return role.AtLeast(Moderator)
	case Manage, Archive:
		return role == Admin && !c.Archived()
	case Remove:
		return role == Admin
	case Group:
		return role == Admin && !c.Archived() && c.ParentID == ""
	case Reactivate:
		return role == Admin && c.ArchivedAt != 0 && !c.ParentArchived
	}
	return false
}

// EventVerb is something one can do with an event, a series or a recurring meeting.
type EventVerb string

// What can be done with an event.
const (
	See      EventVerb = "see"
	Respond  EventVerb = "respond"   // answer yes, maybe or no
	JoinLink EventVerb = "join_link" // be shown where to join
	Inquire  EventVerb = "inquire"   // ask a question, or ask one too: members, and whoever was invited or answered
	Discuss  EventVerb = "discuss"   // comment, and answer what is open to the community
)

// EventVerbs lists them as the matrix shows them.
var EventVerbs = []EventVerb{See, Respond, JoinLink, Inquire, Discuss}

// CanEvent decides the same for one event: its visibility, whether it is a draft, and what the
// viewer has answered so far.
func CanEvent(s Standing, v EventVerb, c *Community, vis Visibility, draft bool, answer Answer) bool {
	sees := false
	switch {
	case draft:
		sees = Can(s, Review, c)
	case vis == ToMembers:
		sees = Can(s, Directory, c)
	case vis == ToEveryone:
		sees = Can(s, Know, c)
	default:
		sees = Can(s, Read, c)
	}
	switch v {
	case See:
		return sees
	case Respond: // also once archived: what was kept takes place
		return sees && s.Signed && !draft
	case JoinLink:
		return sees && (Can(s, Directory, c) || answer.Coming())
	case Inquire:
		return sees && s.Signed && !draft && !c.Archived() && (Can(s, Directory, c) || answer != "")
	case Discuss:
		return sees && s.Signed && !draft && !c.Archived() && Can(s, Directory, c)
	}
	return false
}

// Covers says whether whoever sees a published thing with one visibility also sees one with another: only then may the first name the second.
func (c *Community) Covers(named, by Visibility) bool {
	switch {
	case c.Hidden, named == by, named == ToEveryone, by == ToMembers:
		return true
	case c.Privacy == Open:
		return named == ToCommunity
	}
	return by == ToCommunity
}
