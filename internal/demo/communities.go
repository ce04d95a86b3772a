package demo

import "convoke/internal/convoke"

// place is a community of the demo. Its code is what residents name it by.
type place struct {
	code, slug, parent string
	name, summary      string
	description        string
	eligibility, rules string
	privacy            convoke.Privacy
	hidden             bool
	language, zone     string
	ink, contact       string
	admin              string
	moderators         []string
}

var places = []place{
	{
		code: "c", slug: "cash-practice", name: "Cash Assistance Practice",
		summary: "For people who pay people: programmes that hand out money in a crisis, and what they would do differently.",
		description: `Money is the most flexible help there is, and the easiest to send to the wrong place at the wrong moment. We compare how it was actually done: what the register missed, how long the first payment took, what the agent at the counter said, and what nobody wrote into the final report.

We meet on the second Tuesday of each month and run two webinar series a year. Bring a payment file, a decision you regret, or a question you are embarrassed to ask.

- **Anyone may read.** Join if you want to be invited and to write.
- **Numbers before adjectives.** If something was fast, say how many days.
- **No logos on slides.** We know who you are.`,
		rules:   "Share what failed, not who failed. Names of households never leave the room, and neither do account numbers.",
		privacy: convoke.Open, language: "en", zone: "Africa/Nairobi", ink: "lagoon", contact: "hello@lakeshore.example",
		admin: "wambui.njoroge", moderators: []string{"peter.otieno", "ngozi.umeh"},
	},
	{
		code: "s", slug: "school-meals", name: "School Meals Exchange",
		summary: "Cooks, buyers and ministry desks on feeding children at school, every day and within a budget.",
		description: `A school meal is a supply chain, a recipe, a payroll and a promise, all before noon. The Exchange brings together the people who keep that promise: those who buy the beans, those who light the stove and those who sign the invoice.

We publish what a plate costs, ingredient by ingredient, and we say so when we do not know. Sessions are in English or Spanish; the slides are always in both.`,
		rules:   "Write prices with their currency and month. Pictures of children only with consent, and never of a child eating.",
		privacy: convoke.Public, language: "en", zone: "America/Bogota", ink: "fern", contact: "exchange@mesaescolar.example",
		admin: "catalina.rojas", moderators: []string{"marisol.dizon"},
	},
	{
		code: "w", slug: "water-that-lasts", name: "Water Points That Last",
		summary: "Hand pumps, springs and kiosks in the years after the ribbon was cut.",
		description: `One rural water point in four does not work on the day somebody visits it. Building more does not help if the same quarter stops. This community is about year two to year ten: spare parts, tariffs, caretakers, and the committees that are supposed to hold it all together.

We keep a shared list of failures with their causes. It has more than four hundred rows and is the best thing we own.`,
		eligibility: "You look after water points, or the people who do, in at least one district. Tell us which, and what broke last.",
		rules:       "What is said about a named contractor stays here. Bring the date of the last repair, not the date of construction.",
		privacy:     convoke.SemiPrivate, language: "en", zone: "Asia/Kathmandu", ink: "indigo", contact: "desk@himal.example",
		admin: "binod.gurung", moderators: []string{"mercy.chebet"},
	},
	{
		code: "n", slug: "nutrition-data-desk", name: "Nutrition Data Desk",
		summary: "The few who clean, merge and publish the regional nutrition survey.",
		description: `We are the people behind the table that everybody quotes. Ten analysts, four surveys a year, one codebook. The desk exists so that the same mistake is made once.

Drafts and raw files live elsewhere; here we agree on definitions, freeze dates and who checks whom.`,
		rules:   "Nothing leaves the desk before the freeze. Two pairs of eyes on every weight.",
		privacy: convoke.Private, language: "en", zone: "Europe/Lisbon", ink: "ochre",
		admin: "beatriz.quaresma", moderators: []string{"duarte.salgueiro"},
	},
	{
		code: "f", slug: "sante-communautaire", name: "Santé communautaire",
		summary: "Agentes et agents de santé communautaire, et celles et ceux qui les accompagnent, de Dakar à Ziguinchor et au-delà.",
		description: `Une agente de santé communautaire fait en moyenne onze kilomètres par jour. Elle sait quel enfant tousse, quelle grand-mère a cessé de prendre ses comprimés, et dans quelle concession on ne la laissera pas entrer. Ce savoir n'entre dans aucun tableau de bord.

Nous nous retrouvons chaque premier mercredi du mois pour le mettre en commun : protocoles, ruptures de stock, supervision, rémunération. On parle français ici, et l'on s'excuse rarement de ne pas savoir.

- **Un cas par réunion**, raconté par qui l'a vécu.
- **Pas de jargon** : si un sigle est inévitable, on le déplie.
- **Les comptes rendus sont courts** et paraissent le lendemain.`,
		rules:   "Aucun nom de patiente ni de patient, aucun village reconnaissable. On critique les procédures, pas les collègues.",
		privacy: convoke.Public, language: "fr", zone: "Africa/Dakar", ink: "madder", contact: "bonjour@teranga.example",
		admin: "aminata.faye", moderators: []string{"ousmane.ndiaye"},
	},
	{
		code: "h", slug: "safeguarding-leads", name: "Safeguarding Leads", hidden: true,
		summary:     "A quiet room for those who receive the reports.",
		description: "Every organisation has one person who reads the reports first. We are six of them. We talk about thresholds, referral and our own sleep. Nobody outside needs to know that we meet.",
		rules:       "No case details in writing, ever.",
		privacy:     convoke.Private, language: "en", zone: "Africa/Nairobi", ink: "slate",
		admin: "rania.haddadin",
	},
	{
		code: "t", slug: "trigger-data", parent: "cash-practice", name: "Trigger Data",
		summary:     "Working group on the numbers that release a payment.",
		description: "River gauges, rainfall and food prices: which figure, from whom, at what hour, and who may overrule it. We meet for forty-five minutes every week until the next rains, and then stop.",
		eligibility: "You read or set a trigger in your own programme. Say which river, market or rainfall station it watches.",
		privacy:     convoke.SemiPrivate, language: "en", zone: "Africa/Nairobi", ink: "plum",
		admin: "wambui.njoroge", moderators: []string{"rafiq.hossain"},
	},
	{
		code: "m", slug: "flood-mapping", name: "Open Mapping for Floods",
		summary: "Roads, bridges and shelters on the open map before the water rose. Closed once the season was over.",
		description: `For two flood seasons, volunteers and district officers drew what the official map did not have: footpaths, boat landings, the schools that become shelters. Every line is on the open map and will stay there.

The season is over and so is this community. What we learned is in the minutes; the tools moved to the districts.`,
		privacy: convoke.Open, language: "en", zone: "Asia/Dhaka", ink: "clay",
		admin: "tanvir.chowdhury", moderators: []string{"daniel.mutua"},
	},
}

// reasons are what people write when they ask to join.
var reasons = []string{
	"I supervise 61 hand pumps in two wards. The last one broke on a Friday, as they do.",
	"We took over nine spring schemes from a closed project and have the keys but not the papers.",
	"I keep the spare parts store for the district. Half of what I stock has never been asked for.",
	"Our kiosks charge by the jerrican and nobody can tell me where the money goes. I would like to compare.",
	"I train caretakers and I am tired of training the same ones twice.",
	"Our committee has met every month for six years. I think I know why, and I would like to be proved wrong.",
}
