package demo

import (
	"time"

	"convoke/calendar"
	"convoke/internal/convoke"
)

// meetingDate is what stands with one date of a recurring meeting.
type meetingDate struct{ agenda, minutes string }

// round is a recurring meeting of the demo.
type round struct {
	place, by          string
	title, description string
	rule               calendar.Rule
	week               int // when the first date is looked for, in weeks from today
	hour, minute       int
	zone               string
	minutes            int
	visibility         convoke.Visibility
	link               string
	ahead              int           // days between publishing and the first date
	ended              int           // days before today when it ended, 0 where it goes on
	past               []meetingDate // the last dates, the latest first
	next               string        // agenda of the next one
}

// The meetings that something happens to later on.
const (
	cashMonthly  = "The monthly table"
	frenchRound  = "La réunion du premier mercredi"
	waterRound   = "What broke this month"
	mappingRound = "Mapping hour"
)

var rounds = []round{
	{
		place: "cash-practice", by: "wambui.njoroge", title: cashMonthly,
		description: "An hour at one table: one case, one number, one decision. No slides. Minutes come out the next day.",
		rule:        nth(2, calendar.Tuesday, 1, time.August), week: -50, hour: 14, zone: "Africa/Nairobi", minutes: 60,
		visibility: convoke.ToCommunity, link: "https://meet.example/second-tuesday", ahead: 8,
		next: `1. **Case:** a district that wants to pay on the rainfall of its neighbour (Rafiq, 20 min)
2. **Number:** share of transfers collected on the first day, by distance to the counter
3. **Decision:** do we publish the false alarm review before or after the series ends?`,
		past: []meetingDate{
			{`1. **Case:** paying tenants when the landlord holds the phone (Rania)
2. **Number:** cost per transfer, with and without agents
3. **Decision:** who moderates in the new year?`,
				`Sixteen came. Rania's case ended better than it began: in two of three streets the money now goes to a card in the tenant's name.

**Number:** 0.94 dollars per transfer by phone, 1.61 at the counter. Nobody wants to close the counters.

**Decided:** Ngozi moderates from January to June.`},
			{`1. **Case:** a list made from school enrolment (Celeste)
2. **Number:** households on no list at all
3. **Decision:** topics of the running series`,
				`Twelve came. The school list reached 81 % of the streets and 64 % of the households. Celeste will write up who the missing third are.

**Decided:** the fifth session is about them, and stays tentative until she is done.`},
			{`1. **Case:** four hours without a network (Ngozi)
2. **Number:** days until a paper list is reconciled`,
				`Fourteen came. Nine days, three of them for one envelope. Ngozi will tell the whole story in the series.

**Decided:** everybody prints.`},
			{`1. **Case:** complaints by voice message (Omar)
2. **Number:** answered within a week
3. **Decision:** August`,
				`Eleven came. Voice messages brought in three times as many complaints and half of them were praise.

**Decided:** no meeting in August, as every year.`},
			{`1. **Case:** a duplicate that was not one (Peter)
2. **Number:** false positives per thousand`,
				`Nine came. Two sisters, one phone, one name and two households. The rule was changed; the apology took longer.`},
			{`1. **Case:** market prices after the first transfer (Tunde)`,
				`Thirteen came. Maize went up by a sixth and came down again in three weeks. Tunde shares his price sheet on request.`},
		},
	},
	{
		place: "sante-communautaire", by: "aminata.faye", title: frenchRound,
		description: "Une heure, un cas, un tour de parole. On commence à l'heure, même à trois.",
		rule:        nth(1, calendar.Wednesday, 1), week: -47, hour: 10, zone: "Africa/Dakar", minutes: 60,
		visibility: convoke.ToCommunity, link: "https://rencontre.example/premier-mercredi", ahead: 12,
		next: `1. **Le cas :** un retour à domicile après quarante jours d'hôpital (Fatou)
2. **Tour de parole :** ce qui a manqué dans la sacoche ce mois-ci
3. **À décider :** une date pour Thiès`,
		past: []meetingDate{
			{`1. **Le cas :** trois refus de vaccin dans la même rue (Cheikh)
2. **Tour de parole :** la sacoche`,
				`Sept présentes. Les trois refus venaient d'une seule rumeur, et la rumeur d'une vraie rupture de la chaîne du froid. On ne convainc pas contre un fait.

**Décidé :** Cheikh écrit une demi-page pour le district.`},
			{`1. **Le cas :** une ordonnance que personne ne sait lire (Fatou)
2. **Tour de parole :** la sacoche`,
				`Six présentes. L'ordonnance a été recopiée en dessins. Jean-Baptiste propose de revoir la fiche.

**Décidé :** pas de sigles sur les fiches, jamais.`},
			{`1. **Le cas :** accompagner sans transporter (Moussa)`,
				`Cinq présentes. Le vélo n'est pas une ambulance ; le numéro du chauffeur doit être connu avant la nuit.`},
		},
	},
	{
		place: "water-that-lasts", by: "binod.gurung", title: waterRound,
		description: "Each of us names one water point that stopped, and why. Then we look for the second one with the same cause.",
		rule:        nth(-1, calendar.Friday, 1), week: -44, hour: 10, minute: 30, zone: "Asia/Kathmandu", minutes: 60,
		visibility: convoke.ToCommunity, link: "https://meet.example/what-broke", ahead: 14,
		past: []meetingDate{
			{"One stopped water point each, three minutes. Then: seals that swell.",
				`Seven water points, four causes. The seals again: two depots sell the same wrong diameter.

**Decided:** Prakash writes to both.`},
			{"One stopped water point each. Then: the caretaker who moved to the city.",
				`Nine water points. In five of them nobody had been paid since spring. Mercy offers her tariff exercise.`},
		},
	},
	{
		place: "nutrition-data-desk", by: "beatriz.quaresma", title: "Desk meeting",
		description: "Who checks whom, until when.",
		rule:        nth(3, calendar.Thursday, 1), week: -36, hour: 9, zone: "Europe/Lisbon", minutes: 45,
		visibility: convoke.ToMembers, link: "https://meet.example/desk", ahead: 10,
		past: []meetingDate{{"1. Freeze of the autumn round\n2. Height boards that measure short",
			"Nine came. Two boards are 4 mm short; their children are marked in the file. The freeze stays where it is."}},
	},
	{
		place: "trigger-data", by: "wambui.njoroge", title: "Trigger call",
		description: "Forty-five minutes, every week until the rains. Gauges first, quarrels after.",
		rule:        everyWeeks(1, calendar.Monday), week: -9, hour: 12, zone: "Africa/Nairobi", minutes: 45,
		visibility: convoke.ToMembers, link: "https://meet.example/trigger", ahead: 6,
		next: "1. Gauges of the week\n2. Who may overrule a trigger on a Sunday?\n3. The three who ask to join",
		past: []meetingDate{{"1. Gauges of the week\n2. A rainfall station that reports noon as midnight",
			"The station reports in local time after all. Omar corrects the last six weeks."}},
	},
	{
		place: "safeguarding-leads", by: "rania.haddadin", title: "Quarterly round",
		description: "Thresholds, referrals, ourselves.",
		rule:        nth(2, calendar.Wednesday, 3), week: -33, hour: 15, zone: "Africa/Nairobi", minutes: 90,
		visibility: convoke.ToMembers, link: "https://meet.example/round", ahead: 15,
	},
	{
		place: "flood-mapping", by: "tanvir.chowdhury", title: mappingRound,
		description: "Draw together, in the open. Come for ten minutes or for sixty.",
		rule:        everyWeeks(4, calendar.Sunday), week: -43, hour: 17, zone: "Asia/Dhaka", minutes: 60,
		visibility: convoke.ToEveryone, link: "https://meet.example/mapping-hour", ahead: 9, ended: archivedAgo,
		past: []meetingDate{{"Shelters of the western districts, then hand-over to the districts.",
			"All 212 shelters are on the map. The season is over; the districts carry on with the list. Thank you, everybody."}},
	},
}
