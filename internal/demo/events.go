package demo

import (
	"time"

	"convoke/internal/convoke"
)

// gathering is a single event of the demo, on a weekday of a week counted from today.
type gathering struct {
	place, by       string
	title, abstract string
	kind            convoke.Kind
	week            int
	day             time.Weekday
	hour, minute    int
	zone            string // empty for the community's
	minutes         int
	language        string
	visibility      convoke.Visibility
	where, link     string
	speakers        []string
	reminders       string
	draft           bool
	cancelled       string // why it was called off
	cancelledAhead  int    // days before the start, or three days ago where that is still to come
	moved           int    // minutes by which it was moved, a week after it was announced
	late            string // why it was moved
}

var gatherings = []gathering{
	{place: "cash-practice", by: "wambui.njoroge", kind: convoke.Webinar, week: -38, day: time.Thursday, hour: 14, minutes: 90, visibility: convoke.ToEveryone,
		title: "Reading a forecast without being a forecaster", link: "https://meet.example/forecast", speakers: []string{"rafiq"},
		abstract: `Probabilities, lead times and the word *likely*: an hour and a half for people who have to act on somebody else's graph. We work through one bulletin, line by line, and decide at each line whether we would pay.`},
	{place: "cash-practice", by: "peter.otieno", kind: convoke.Webinar, week: -17, day: time.Tuesday, hour: 15, minutes: 60, visibility: convoke.ToEveryone,
		title: "Counter talk: what payment agents tell us", link: "https://meet.example/counter", speakers: []string{"ngozi", "rania"},
		abstract: `Forty agents in three countries were asked the same question: what do people say to you while they wait? The answers are short and mostly about shade, change and dignity.`,
		moved:    60, late: "The interpreters are free an hour later only."},
	{place: "cash-practice", by: "peter.otieno", kind: convoke.Webinar, week: 2, day: time.Wednesday, hour: 16, minutes: 90, visibility: convoke.ToEveryone,
		title: "What a register forgets", link: "https://meet.example/register", speakers: []string{"ester", "peter"},
		abstract: `Every register is a photograph, and people move. Ester follows 600 herding households through two droughts and four lists; Peter shows what it costs to ask again.

There will be a worked example you can take home, without names.`},
	{place: "cash-practice", by: "wambui.njoroge", kind: convoke.Elsewhere, week: 9, day: time.Tuesday, hour: 9, minutes: 3 * 24 * 60, visibility: convoke.ToCommunity,
		title: "Days of Cash, Nairobi", where: "Jacaranda Hall, Riverside Drive, Nairobi", reminders: "20160,1440",
		abstract: "Three days, eleven tables, no stage. We keep two tables for this community; say yes if you will be there and we will find each other."},
	{place: "cash-practice", by: "ngozi.umeh", kind: convoke.Webinar, week: 1, day: time.Friday, hour: 12, zone: "Africa/Lagos", minutes: 60, visibility: convoke.ToMembers,
		title: "Open desk: bring your payment file", speakers: []string{"ngozi"},
		abstract: "Half an hour each for two files. Take the names out first. The first two who write get the slots; everybody may watch."},

	{place: "school-meals", by: "marisol.dizon", kind: convoke.Webinar, week: -42, day: time.Wednesday, hour: 8, minutes: 60, visibility: convoke.ToEveryone,
		title: "One ship a month: menus for an atoll", link: "https://meet.example/atoll", speakers: []string{"mele"},
		abstract: `What do you cook when the next delivery is thirty days out and the freezer is somebody's uncle's? Mele's menu has two weeks of abundance, one of thrift and one of coconut.`},
	{place: "school-meals", by: "catalina.rojas", kind: convoke.Webinar, week: -11, day: time.Wednesday, hour: 10, minutes: 75, language: "es", visibility: convoke.ToEveryone,
		title: "La lonchera que nadie devuelve", link: "https://meet.example/lonchera", speakers: []string{"julian", "rigoberto"},
		abstract: `Envases, tapas, cucharas: en cada entrega se pierde una parte y nadie sabe cuál. Dos cocinas marcaron quinientas loncheras y las siguieron durante un trimestre. En español, con diapositivas en los dos idiomas.`},
	{place: "school-meals", by: "catalina.rojas", kind: convoke.Webinar, week: 3, day: time.Tuesday, hour: 9, minutes: 90, visibility: convoke.ToEveryone,
		title: "Local eggs, local milk: buying from the next village", link: "https://meet.example/eggs", speakers: []string{"catalina", "grace", "juliana"},
		abstract: `Fresh food from nearby is cheaper, except when it is not. Three buyers compare a year of invoices with a year of promises, and show the contract clause that made the difference.`},
	{place: "school-meals", by: "marisol.dizon", kind: convoke.Webinar, week: -5, day: time.Thursday, hour: 9, minutes: 60, visibility: convoke.ToCommunity,
		title: "Salt: the gram that costs nothing", link: "https://meet.example/salt", speakers: []string{"tala"},
		abstract:  "Two kitchens halved the salt and waited for complaints.",
		cancelled: "Tala's flight was moved and we do not want to do this without her. We will find a date in the new term.", cancelledAhead: 3},

	{place: "water-that-lasts", by: "binod.gurung", kind: convoke.Elsewhere, week: -24, day: time.Monday, hour: 10, minutes: 7 * 60, visibility: convoke.ToCommunity,
		title: "Workshop: taking a hand pump apart", where: "Engineering yard, Pokhara",
		abstract: "Bring gloves. By four o'clock every pump is back together, or we know why not."},
	{place: "water-that-lasts", by: "mercy.chebet", kind: convoke.Webinar, week: 5, day: time.Tuesday, hour: 13, minute: 30, minutes: 60, visibility: convoke.ToCommunity,
		title: "Stones for coins: setting a tariff in one afternoon", link: "https://meet.example/stones", speakers: []string{"mercy"},
		abstract: `A tariff that the committee has calculated itself survives the first election. Mercy plays through her exercise with us, from the price of a seal to the price of a jerrican.`},
	{place: "water-that-lasts", by: "binod.gurung", kind: convoke.Webinar, week: 6, day: time.Wednesday, hour: 15, minutes: 60, visibility: convoke.ToMembers, draft: true,
		title: "Spare parts: who stocks what", speakers: []string{"binod"},
		abstract: "Waiting for the price lists of two depots."},

	{place: "nutrition-data-desk", by: "beatriz.quaresma", kind: convoke.Elsewhere, week: 4, day: time.Friday, hour: 17, minutes: 30, visibility: convoke.ToMembers, reminders: "10080,2880",
		title: "Freeze of the autumn round", abstract: "After this hour no value changes. Corrections go into the note, with a name and a reason."},

	{place: "sante-communautaire", by: "aminata.faye", kind: convoke.Webinar, week: -20, day: time.Wednesday, hour: 16, minutes: 60, visibility: convoke.ToEveryone,
		title: "Des fiches que l'on comprend sans lire", link: "https://rencontre.example/fiches", speakers: []string{"jean-baptiste"},
		abstract: `Une fiche de référence doit être comprise par celle qui la remplit, par le chauffeur qui l'emporte et par l'infirmier qui la reçoit. Jean-Baptiste en a dessiné dix-sept versions et apportera les seize mauvaises.`},
	{place: "sante-communautaire", by: "ousmane.ndiaye", kind: convoke.Webinar, week: 2, day: time.Thursday, hour: 15, minutes: 75, visibility: convoke.ToEveryone,
		title: "Rupture de stock : que dire à la porte ?", link: "https://rencontre.example/rupture", speakers: []string{"moussa", "khady"},
		abstract: `Arriver les mains vides use la confiance plus vite que tout le reste. Nous rejouons trois visites sans médicaments et cherchons les mots, en français et en wolof.`},
	{place: "sante-communautaire", by: "aminata.faye", kind: convoke.Elsewhere, week: 8, day: time.Saturday, hour: 9, minutes: 8 * 60, visibility: convoke.ToCommunity,
		title: "Journée des agentes de santé, Thiès", where: "Maison des associations, Thiès",
		abstract:  "Une journée ensemble, enfin en vrai : ateliers le matin, palabre l'après-midi.",
		cancelled: "La salle n'est plus disponible. Nous cherchons une autre date avec la mairie.", cancelledAhead: 10},

	{place: "safeguarding-leads", by: "rania.haddadin", kind: convoke.Webinar, week: 7, day: time.Monday, hour: 11, minutes: 90, visibility: convoke.ToMembers,
		title: "Reading at night: an hour with somebody who knows", link: "https://meet.example/quiet",
		abstract: "On what the reports do to those who read them. With a psychologist; nothing is noted down."},

	{place: "flood-mapping", by: "tanvir.chowdhury", kind: convoke.Elsewhere, week: -40, day: time.Saturday, hour: 14, minutes: 4 * 60, visibility: convoke.ToEveryone,
		title: "Mapathon: footpaths of the lower delta", link: "https://meet.example/mapathon", speakers: []string{"tanvir"},
		abstract: "Four hours, one union at a time. Beginners get a partner and a very small square."},
	{place: "flood-mapping", by: "daniel.mutua", kind: convoke.Webinar, week: -28, day: time.Saturday, hour: 15, minutes: 60, visibility: convoke.ToEveryone,
		title: "From line to road: checking what we drew", link: "https://meet.example/check",
		abstract: "Three district officers walked what we had drawn. Most of it was there."},
}
