package app

import (
	"context"
	"slices"
	"strings"

	"convoke/calendar"
	"convoke/internal/convoke"
	"convoke/internal/store"
	"convoke/mailer"
)

// PromiseInput says who will bring an item by which day; without a name, an address and a day nothing is promised.
type PromiseInput struct {
	Item    string `json:"item"`
	Name    string `json:"name"`
	Address string `json:"email"`
	Due     string `json:"due"` // "2027-03-31" in the event's zone
}

// Empty says that nothing is promised.
func (in PromiseInput) Empty() bool {
	return strings.TrimSpace(in.Name) == "" && strings.TrimSpace(in.Address) == "" && strings.TrimSpace(in.Due) == ""
}

// Promises reads what was promised about an event, for whoever plans it.
func (a *FollowUps) Promises(ctx context.Context, v convoke.Viewer, event convoke.ID) (list []PromiseView, zone string, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		e, _, err := a.plans(ctx, tx, v, event)
		if err != nil {
			return err
		}
		zone = e.Zone
		list, err = a.promises(ctx, tx, e.ID)
		return err
	})
	return list, zone, err
}

// promises reads what was promised about an event with the addresses, in the order of the items.
func (c *core) promises(ctx context.Context, tx *store.Tx, event convoke.ID) ([]PromiseView, error) {
	promised, err := tx.Promises(ctx, []convoke.ID{event})
	if err != nil {
		return nil, err
	}
	var ids []convoke.ID
	for _, p := range promised[event] {
		if p.PersonID != "" {
			ids = append(ids, p.PersonID)
		}
	}
	people, err := tx.Persons(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []PromiseView
	for _, item := range convoke.Items {
		for _, p := range promised[event] {
			if p.Item == item {
				out = append(out, PromiseView{p, people[p.PersonID].Address})
			}
		}
	}
	return out, nil
}

// PutPromises stores what was promised about an event; items that are not named stay as they are.
func (a *FollowUps) PutPromises(ctx context.Context, v convoke.Viewer, event convoke.ID, list []PromiseInput) error {
	return a.update(ctx, v, func(tx *store.Tx) error {
		e, m, err := a.plans(ctx, tx, v, event)
		if err != nil {
			return err
		}
		have, err := a.promises(ctx, tx, e.ID)
		if err != nil {
			return err
		}
		speakers, err := tx.Speakers(ctx, e.ID)
		if err != nil {
			return err
		}
		var faults convoke.Faults
		changed := false
		for _, in := range list {
			name, err := lineOf("name", in.Name, convoke.MaxName)
			if err != nil {
				return err
			}
			p := convoke.Promise{EventID: e.ID, Item: convoke.Item(in.Item), Name: name, CreatedAt: tx.Now}
			if !slices.Contains(convoke.Items, p.Item) {
				faults.Add("item", "promise.item.unknown")
				continue
			}
			var old PromiseView
			if i := slices.IndexFunc(have, func(x PromiseView) bool { return x.Item == p.Item }); i >= 0 {
				old = have[i]
			}
			if in.Empty() {
				if old.Item != "" {
					changed = true
					if err := tx.DropPromise(ctx, e.ID, p.Item); err != nil {
						return err
					}
				}
				continue
			}
			var like convoke.Person
			address := strings.TrimSpace(in.Address)
			if i := slices.IndexFunc(speakers, func(s convoke.Speaker) bool { return s.Name == p.Name }); address == "" && i >= 0 {
				p.PersonID, address = speakers[i].PersonID, speakers[i].Address
			}
			if address != "" && p.PersonID == "" {
				addr, err := mailer.ParseAddress(address)
				if err != nil {
					faults.Add("email_"+in.Item, "promise.address.invalid")
					continue
				}
				if like, err = ensurePerson(ctx, tx, mailer.Fold(addr.Addr), addr.Addr, convoke.Person{Name: p.Name, Language: m.Language}); err != nil {
					return err
				}
				p.PersonID = like.ID
			}
			if p.Name == "" { // the name that goes with an address is not for everybody who knows the address
				p.Name, _, _ = strings.Cut(address, "@")
			}
			faults.Check(p.Name != "", "name_"+in.Item, "promise.name.missing")
			if due := strings.TrimSpace(in.Due); due != "" {
				start, err := calendar.ParseDateTime(due + "T00:00")
				if err != nil {
					faults.Add("due_"+in.Item, "promise.due.unreadable")
					continue
				}
				loc, err := calendar.LoadZone(e.Zone)
				if err != nil {
					return err
				}
				end, _ := calendar.Resolve(start.AddDays(1), loc)
				p.DueAt = convoke.At(end) - 1
			}
			if old.PersonID == p.PersonID && old.Item != "" { // the same one goes on being asked where that was left
				p.Nudges, p.CreatedAt = old.Nudges, old.CreatedAt
			}
			if p == old.Promise {
				continue
			}
			changed = true
			if err := tx.PutPromise(ctx, p); err != nil {
				return err
			}
		}
		if err := faults.Err(); err != nil || !changed {
			return err
		}
		return a.record(ctx, tx, v, news{noun: "promises", verb: "edited", subject: e.ID, community: m.ID, series: e.SeriesID, meeting: e.MeetingID})
	})
}
