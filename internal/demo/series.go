package demo

import (
	"time"

	"convoke/calendar"
	"convoke/internal/convoke"
)

// sessionText is one session of a course.
type sessionText struct {
	title, abstract string
	speakers        []string // keys of voices
	tentative       bool
}

// course is a webinar series of the demo. Its first date is the first that fits the rule from week on, counted from today.
type course struct {
	place, by          string
	title, description string
	rule               calendar.Rule
	week               int
	hour, minute       int
	zone               string
	minutes            int
	language           string
	visibility         convoke.Visibility
	link               string
	ahead              int // days between publishing and the first session
	draft              bool
	sessions           []sessionText
}

func everyWeeks(n int, w calendar.Weekday) calendar.Rule {
	return calendar.Rule{Freq: calendar.Weekly, Interval: n, Weekdays: []calendar.Weekday{w}}
}

func nth(n int, w calendar.Weekday, months int, not ...time.Month) calendar.Rule {
	return calendar.Rule{Freq: calendar.Monthly, Interval: months, Nth: n, Weekdays: []calendar.Weekday{w}, NotMonths: not}
}

// The courses that something happens to later on.
const (
	finished  = "Six kitchens, one budget"
	running   = "Paid before the water came"
	calledOff = "Clinics for broken spreadsheets"
)

var courses = []course{
	{
		place: "school-meals", by: "catalina.rojas", title: finished,
		description: `What does a school meal cost, really? Six kitchens on four continents opened their books for the same ordinary week in February: what was planned, what was bought, what reached the plate.

**Who it is for:** anyone who signs for food, cooks it, or has to explain its price to a finance ministry.

**What you take home:** a one-page cost sheet you can fill in for your own kitchen, and five others to hold it against.`,
		rule: everyWeeks(2, calendar.Tuesday), week: -30, hour: 9, zone: "America/Bogota", minutes: 75,
		language: "en", visibility: convoke.ToEveryone, link: "https://meet.example/six-kitchens", ahead: 24,
		sessions: []sessionText{
			{title: "The plate on the scale: how we counted", speakers: []string{"catalina", "marisol"},
				abstract: `Before prices, portions. Three kitchens weighed every plate for five days, before and after the meal. The leftovers explain more of the cost than the market does.

Bring your menu for one week; you will not need it, but you will want to look at it.`},
			{title: "Bogotá: the central kitchen and its forty vans", speakers: []string{"julian"},
				abstract: `Eleven thousand meals leave one building before nine in the morning. The food is cheap, the vans are not. Julián shows a month of fuel receipts and the route that was changed because of them.`},
			{title: "Quetzaltenango: buying from thirty-one farmers", speakers: []string{"rigoberto"},
				abstract: `Contracts of half a page, payment on the spot, and a notebook of who delivered what. Buying locally cost four per cent more and cut the days without vegetables from nineteen to two.`},
			{title: "Iloilo: mothers who cook, and what they are owed", speakers: []string{"marisol", "tala"},
				abstract: `The meal is called free because nobody counted the cooks. When they were counted, the price per plate rose by a third and the number of schools did not fall. Two who ran the sums explain how they told the mayor.`},
			{title: "Kisumu: one stove, two fuels, three prices", speakers: []string{"grace"},
				abstract: `Firewood is bought by the bundle, gas by the cylinder, and smoke by nobody. A comparison over two terms, with the cooks' own notes.`},
			{title: "Six sheets on one table: what we would copy", speakers: []string{"catalina", "juliana", "anju"},
				abstract: `All six cost sheets side by side, for ninety minutes less fifteen. Each kitchen names one thing it will take over from another before the new school year, and one thing it will not.`},
		},
	},
	{
		place: "cash-practice", by: "wambui.njoroge", title: running,
		description: `Most emergency money arrives after the damage is done. Six programmes paid before the flood peak, some of them on a forecast that turned out wrong. In six sessions we take one decision after the other and ask the people who made it what they knew at that hour.

**You will be able to**

- say what a forecast is worth to somebody who signs payments,
- judge whether your own list of households could carry a payment next week,
- write the one page that lets your director say yes on a Sunday.`,
		rule: nth(1, calendar.Thursday, 1), week: -13, hour: 14, zone: "Africa/Nairobi", minutes: 90,
		language: "en", visibility: convoke.ToEveryone, link: "https://meet.example/before-the-water", ahead: 20,
		sessions: []sessionText{
			{title: "What the river knew on Tuesday", speakers: []string{"rafiq", "wambui"},
				abstract: `A gauge upstream gives five days, a good model seven, a neighbour's phone call sometimes nine. Rafiq lays the three next to the payment calendar of last July and marks the hour at which each would have been enough.

No hydrology needed. If you can read a bus timetable, you can read a hydrograph.`},
			{title: "The list you have when it rains", speakers: []string{"celeste", "peter"},
				abstract: `Nobody registers households in the week of a flood. So which list do you take: last year's, the school's, the seed distribution's? Two programmes used three lists each and counted afterwards who had been on none.`},
			{title: "Eleven hundred envelopes: paying without a network", speakers: []string{"ngozi"},
				abstract: `The mobile network went down four hours before the agents opened. Ngozi's team had printed a paper list the evening before, because somebody's aunt insisted. What was on that list, how it was locked away, and how it was reconciled in nine days.`},
			{title: "Wrong, and glad of it: paying on a false alarm", speakers: []string{"rania", "rafiq"},
				abstract: `The water stopped forty centimetres short. The money had gone out to 2,300 families. Was it wasted? The auditors, the families and the donor each gave a different answer, and all three will be read aloud.`},
			{title: "Who is left out when we act early", speakers: []string{"celeste"}, tentative: true,
				abstract: `Early payments reach people with a phone, a name on a list and an address. This session is about the others: herders on the move, tenants, widows registered under a brother's number.`},
			{title: "Paying it back: reserves, insurance and the budget year", speakers: []string{"peter", "tunde"},
				abstract: `A trigger does not care about the fiscal year. Three ways to have the money ready in the eleventh month, with the small print that makes two of them useless.`},
		},
	},
	{
		place: "sante-communautaire", by: "aminata.faye", title: "Soigner près de chez soi",
		description: `Quatre rencontres autour de ce qui se soigne à domicile et de ce qui ne s'y soigne pas. Chaque séance part d'une visite réelle, racontée par l'agente qui l'a faite, puis relue par une infirmière et un médecin.

Les séances se suivent, mais chacune se suffit à elle-même. Aucune préparation n'est demandée ; un carnet suffit.`,
		rule: everyWeeks(2, calendar.Thursday), week: 4, hour: 16, zone: "Africa/Dakar", minutes: 75,
		language: "fr", visibility: convoke.ToEveryone, link: "https://rencontre.example/pres-de-chez-soi", ahead: 34,
		sessions: []sessionText{
			{title: "La toux qui dure : compter, écouter, référer", speakers: []string{"khady"},
				abstract: `Une minute à compter les mouvements du thorax vaut mieux qu'une heure d'hésitation. Khady reprend trois visites de la saison sèche, dont une où elle aurait dû référer la veille.`},
			{title: "La tension des grands-mères", speakers: []string{"aminata", "abdoulaye"},
				abstract: `Les comprimés sont dans le tiroir, la boîte est pleine, la tension aussi. Pourquoi arrête-t-on un traitement qui marche ? Quatre raisons entendues à domicile, et ce que l'on a répondu à chacune.`},
			{title: "Quand la porte reste fermée", speakers: []string{"moussa"},
				abstract: `Il y a dans chaque quartier une concession où l'on n'entre pas. Moussa a mis deux ans à franchir l'un de ces seuils. Il raconte ce qu'il a cessé de faire plutôt que ce qu'il a fait.`},
			{title: "Être payée : ce que change un salaire", speakers: []string{"aminata", "rokhaya"},
				abstract: `Indemnité, prime, motivation, salaire : quatre mots et quatre budgets. Une comparaison de trois districts, avec les fiches de paie sur la table.`},
		},
	},
	{
		place: "water-that-lasts", by: "binod.gurung", title: "After the ribbon: five years of one water point",
		description: `One borehole in Lamjung, followed from its opening to its fifth birthday. Each session takes one year: who came, what broke, who paid. Still a draft; the committee has not agreed to year four.`,
		rule:        nth(-1, calendar.Monday, 1), week: 7, hour: 15, minute: 45, zone: "Asia/Kathmandu", minutes: 60,
		language: "en", visibility: convoke.ToCommunity, ahead: 30, draft: true,
		sessions: []sessionText{
			{title: "Year one: everybody comes", speakers: []string{"sarita"}, abstract: "The queue, the photographs, the first quarrel about the key."},
			{title: "Year two: the washer", speakers: []string{"binod"}, abstract: "A part for the price of a cup of tea, eleven weeks away."},
			{title: "Year three: the tariff nobody set"},
			{title: "Year four"},
			{title: "Year five: what is left", speakers: []string{"sarita", "samuel"}},
		},
	},
	{
		place: "nutrition-data-desk", by: "beatriz.quaresma", title: calledOff,
		description: `Bring the file that nobody wants to open. One hour, one spreadsheet, two people who have seen worse.`,
		rule:        everyWeeks(2, calendar.Wednesday), week: -9, hour: 10, zone: "Europe/Lisbon", minutes: 60,
		language: "en", visibility: convoke.ToMembers, link: "https://meet.example/clinic", ahead: 18,
		sessions: []sessionText{
			{title: "Dates that are not dates", speakers: []string{"duarte"}, abstract: "Day first, month first, and the survey that was held on 13/13."},
			{title: "Merging without losing anyone", speakers: []string{"beatriz"}, abstract: "Household numbers that were unique until the second file arrived."},
			{title: "Weights, twice", speakers: []string{"duarte"}, abstract: "Why the same child weighs less in the published table."},
		},
	},
}

// voice is somebody who speaks.
type voice struct{ local, name, organisation, biography string }

// Voices without a local part are guests from outside.
var voices = map[string]voice{
	"wambui":        {local: "wambui.njoroge", biography: "Wambui has signed emergency payments since 2014 and keeps a list of those she should not have signed. She moderates more than she speaks."},
	"peter":         {local: "peter.otieno", biography: "Peter builds registers. His first had 40,000 names and no phone numbers; his current one is smaller and gets used."},
	"rafiq":         {local: "rafiq.hossain", biography: "Rafiq reads river gauges for a living. He grew up two kilometres from one and has been late for school because of it."},
	"celeste":       {local: "celeste.macamo", biography: "Celeste runs a savings cooperative on the lower Limpopo. She paid her first early transfer out of its own reserve."},
	"ngozi":         {local: "ngozi.umeh", biography: "Ngozi is a payments officer. She trains counter agents and believes in paper."},
	"tunde":         {local: "tunde.adeyinka", biography: "Tunde was a budget analyst for nine years before he changed sides and began to ask for money himself."},
	"rania":         {local: "rania.haddadin", biography: "Rania leads assistance for families in rented homes. She reads the complaints before the reports."},
	"catalina":      {local: "catalina.rojas", biography: "Catalina buys food for 214 schools and can tell you the price of a lentil. She founded the Exchange after an argument about eggs."},
	"julian":        {local: "julian.ospina", biography: "Julián plans routes for a central kitchen. He used to drive one of the vans."},
	"rigoberto":     {local: "rigoberto.xicara", biography: "Rigoberto keeps the contracts of a farmers' group near Quetzaltenango, most of them half a page long."},
	"marisol":       {local: "marisol.dizon", biography: "Marisol has cooked for schools since her own children went to one. She supervises nineteen kitchens."},
	"tala":          {local: "tala.villaruz", biography: "Tala is an accountant who volunteers at lunchtime."},
	"grace":         {local: "grace.achieng", biography: "Grace compares stoves. She has burned rice on every one of them."},
	"juliana":       {local: "juliana.prates", biography: "Juliana writes menus for semi-arid municipalities and teaches their cooks."},
	"anju":          {local: "anju.rai", biography: "Anju looks after water and meals in hill schools, which turns out to be one job."},
	"binod":         {local: "binod.gurung", biography: "Binod is a mechanic turned engineer. He carries a spare washer."},
	"sarita":        {local: "sarita.tamang", biography: "Sarita has walked to every tap in two municipalities and kept count."},
	"samuel":        {local: "samuel.lekishon", biography: "Samuel supervises caretakers in dry country, where a broken pump is an emergency by noon."},
	"mercy":         {local: "mercy.chebet", biography: "Mercy designs tariffs with committees, on the ground, with stones for coins."},
	"duarte":        {local: "duarte.salgueiro", biography: "Duarte has cleaned eleven surveys and trusts none of them entirely."},
	"beatriz":       {local: "beatriz.quaresma", biography: "Beatriz maintains the codebook. She is polite about most variables."},
	"tanvir":        {local: "tanvir.chowdhury", biography: "Tanvir drew his own village on the map first, and then the rest of the upazila."},
	"aminata":       {local: "aminata.faye", biography: "Infirmière, Aminata accompagne soixante agentes de santé communautaire. Elle a appris la supervision en se trompant."},
	"khady":         {local: "khady.sarr", biography: "Agente de santé communautaire depuis douze ans, Khady forme aujourd'hui celles qui commencent."},
	"moussa":        {local: "moussa.diop", biography: "Moussa a été relais de quartier avant d'en coordonner trente. Il parle quatre langues et se tait dans toutes."},
	"abdoulaye":     {local: "abdoulaye.kane", biography: "Médecin de district, Abdoulaye tient une consultation d'hypertension sous un manguier, le jeudi."},
	"rokhaya":       {local: "rokhaya.gueye", biography: "Économiste, Rokhaya étudie ce que coûte le bénévolat à celles qui le font."},
	"ester":         {name: "Ester Haukongo", organisation: "Etosha Rangeland Council", biography: "Ester manages drought reserves for herders who do not stay where they were registered."},
	"jean-baptiste": {name: "Jean-Baptiste Kouakou", organisation: "Atelier Lagune", biography: "Imprimeur de formation, Jean-Baptiste dessine des fiches que l'on comprend sans savoir lire."},
	"mele":          {name: "Mele Tupou", organisation: "Reef Islands Kitchens", biography: "Mele feeds four atolls from one ship a month."},
}
