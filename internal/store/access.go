package store

import "convoke/internal/convoke"

// cond is a piece of SQL with its arguments.
type cond struct {
	sql  string
	args []any
}

func allOf(cs ...cond) cond { return join(" AND ", cs) }
func anyOf(cs ...cond) cond { return join(" OR ", cs) }

func join(word string, cs []cond) cond {
	out := cond{sql: "("}
	for i, c := range cs {
		if i > 0 {
			out.sql += word
		}
		out.sql += c.sql
		out.args = append(out.args, c.args...)
	}
	out.sql += ")"
	return out
}

func text(sql string, args ...any) cond { return cond{sql, args} }

// A Page is a part of a list: what comes after a row of it, and how much of that.
type Page struct {
	AfterTime convoke.Instant
	AfterID   convoke.ID
	Limit     int
}

// after is the condition for what comes after the row of a list that is ordered by a moment, op being < for the newest first, and then by ID.
func (p Page) after(at, op, id string) cond {
	if p.AfterID == "" {
		return text("TRUE")
	}
	return text("("+at+" "+op+" ? OR "+at+" = ? AND "+id+" > ?)", p.AfterTime, p.AfterTime, p.AfterID)
}

// asker is the person a list is asked for: a viewer by a mailed link gets what a stranger gets.
func asker(v convoke.Viewer) convoke.ID {
	if v.Letter != "" {
		return ""
	}
	return v.Person
}

// The conditions below repeat [convoke.Can] for rows of community c; a test compares the two over the whole
// matrix. person is a bound ID or, in mass mailings, a column.

func inParent(p cond) cond {
	return cond{`EXISTS (SELECT 1 FROM membership pm WHERE pm.community_id = c.parent_id AND pm.person_id = ` + p.sql + `)`, p.args}
}

func leadsParent(p cond) cond {
	return cond{`EXISTS (SELECT 1 FROM membership pm WHERE pm.community_id = c.parent_id AND pm.role = 'admin' AND pm.person_id = ` + p.sql + `)`, p.args}
}

func inRoles(p cond, roles string) cond {
	return cond{`EXISTS (SELECT 1 FROM membership cm WHERE cm.community_id = c.id` + roles + ` AND cm.person_id = ` + p.sql + `)`, p.args}
}

// member: counts as a member, by itself or as an admin of the parent.
func member(p cond) cond {
	return anyOf(
		allOf(text("c.parent_id IS NULL"), inRoles(p, "")),
		allOf(text("c.parent_id IS NOT NULL"), inParent(p), anyOf(inRoles(p, ""), leadsParent(p))))
}

// moderates: may see drafts.
func moderates(p cond) cond {
	const roles = ` AND cm.role IN ('moderator', 'admin')`
	return anyOf(
		allOf(text("c.parent_id IS NULL"), inRoles(p, roles)),
		allOf(text("c.parent_id IS NOT NULL"), inParent(p), anyOf(inRoles(p, roles), leadsParent(p))))
}

func knows(p cond) cond {
	return anyOf(
		allOf(text("NOT c.hidden"), anyOf(text("c.parent_id IS NULL"), inParent(p))),
		member(p))
}

func reads(p cond) cond {
	return anyOf(member(p), allOf(text("c.privacy = 'open'"), knows(p)))
}

// sees: may see a published thing x with a visibility.
func sees(x string, p cond) cond {
	return anyOf(
		allOf(text(x+".visibility = 'community'"), reads(p)),
		allOf(text(x+".visibility = 'members'"), member(p)),
		allOf(text(x+".visibility = 'everyone'"), knows(p)))
}

var yes = text("TRUE")

func viewerKnows(v convoke.Viewer) cond {
	if v.Operator {
		return yes
	}
	return knows(text("?", asker(v)))
}

// viewerSees is the condition for rows of x (an event, a series or a meeting, with published_at).
func viewerSees(x string, v convoke.Viewer) cond {
	if v.Operator {
		return yes
	}
	p := text("?", asker(v))
	published := allOf(text(x+".published_at > 0"), sees(x, p))
	if asker(v) == "" {
		return published
	}
	return anyOf(published, moderates(p))
}
