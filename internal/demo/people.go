package demo

// organisation is where people work; its people live in its zone and have addresses at its domain.
type organisation struct{ name, domain, zone string }

var organisations = map[string]organisation{
	"commons":   {"Commons House", "commons.example", "Europe/Lisbon"},
	"lakeshore": {"Lakeshore Cash Consortium", "lakeshore.example", "Africa/Nairobi"},
	"rift":      {"Rift Water Trust", "riftwater.example", "Africa/Nairobi"},
	"teranga":   {"Réseau Teranga Santé", "teranga.example", "Africa/Dakar"},
	"savane":    {"Institut de la Savane", "savane.example", "Africa/Dakar"},
	"delta":     {"Delta Livelihoods Office", "deltaoffice.example", "Africa/Lagos"},
	"caixa":     {"Caixa Solidária do Limpopo", "caixa.example", "Africa/Maputo"},
	"padma":     {"Padma Relief Network", "padma.example", "Asia/Dhaka"},
	"himal":     {"Himal Water Engineers", "himal.example", "Asia/Kathmandu"},
	"visayas":   {"Visayas Community Kitchens", "visayas.example", "Asia/Manila"},
	"mesa":      {"Mesa Escolar Andina", "mesaescolar.example", "America/Bogota"},
	"altiplano": {"Cocinas del Altiplano", "altiplano.example", "America/Guatemala"},
	"merenda":   {"Rede Merenda do Sertão", "merenda.example", "America/Sao_Paulo"},
	"tejo":      {"Observatório da Nutrição do Tejo", "tejo.example", "Europe/Lisbon"},
	"manara":    {"Al-Manara Assistance", "manara.example", "Asia/Amman"},
}

// resident is one person of the demo. in holds the codes of their communities (see [place]).
type resident struct{ name, local, language, work, in string }

func (r resident) address() string { return r.local + "@" + organisations[r.work].domain }

// operator hosts the instance and is a member nowhere.
var operator = resident{"Inês Valadares", "ines.valadares", "en", "commons", ""}

// The accounts whose sign-in links a demo prints, beside the operator's.
const (
	adminLocal  = "wambui.njoroge"
	memberLocal = "nusrat.karim"
)

// residents are the sixty members.
var residents = []resident{
	{"Wambui Njoroge", "wambui.njoroge", "en", "lakeshore", "c t h"},
	{"Peter Otieno", "peter.otieno", "en", "lakeshore", "c t"},
	{"Halima Abdi", "halima.abdi", "en", "lakeshore", "c n"},
	{"Brian Kiptoo", "brian.kiptoo", "en", "lakeshore", "c m"},
	{"Grace Achieng", "grace.achieng", "en", "lakeshore", "c s"},
	{"Samuel Lekishon", "samuel.lekishon", "en", "rift", "w"},
	{"Mercy Chebet", "mercy.chebet", "en", "rift", "w n"},
	{"Daniel Mutua", "daniel.mutua", "en", "rift", "w m"},
	{"Aminata Faye", "aminata.faye", "fr", "teranga", "f"},
	{"Ousmane Ndiaye", "ousmane.ndiaye", "fr", "teranga", "f w"},
	{"Khady Sarr", "khady.sarr", "fr", "teranga", "f n h"},
	{"Moussa Diop", "moussa.diop", "fr", "teranga", "f"},
	{"Fatou Sène", "fatou.sene", "fr", "teranga", "f"},
	{"Cheikh Mbaye", "cheikh.mbaye", "fr", "teranga", "f c"},
	{"Rokhaya Gueye", "rokhaya.gueye", "fr", "savane", "f n"},
	{"Abdoulaye Kane", "abdoulaye.kane", "fr", "savane", "f c"},
	{"Mariama Cissokho", "mariama.cissokho", "fr", "savane", "f s"},
	{"Ngozi Umeh", "ngozi.umeh", "en", "delta", "c t"},
	{"Tunde Adeyinka", "tunde.adeyinka", "en", "delta", "c"},
	{"Blessing Okoro", "blessing.okoro", "en", "delta", "n s"},
	{"Yakubu Sanda", "yakubu.sanda", "en", "delta", "w c"},
	{"Ifeoma Nwosu", "ifeoma.nwosu", "en", "delta", "s"},
	{"Celeste Macamo", "celeste.macamo", "pt", "caixa", "c"},
	{"Armando Sitoe", "armando.sitoe", "pt", "caixa", "c w"},
	{"Graça Tembe", "graca.tembe", "pt", "caixa", "s"},
	{"Hélder Cossa", "helder.cossa", "pt", "caixa", "c m"},
	{"Nusrat Karim", "nusrat.karim", "en", "padma", "c t"},
	{"Rafiq Hossain", "rafiq.hossain", "en", "padma", "c t m"},
	{"Shirin Akter", "shirin.akter", "en", "padma", "w"},
	{"Tanvir Chowdhury", "tanvir.chowdhury", "en", "padma", "c m"},
	{"Lubna Sultana", "lubna.sultana", "en", "padma", "n"},
	{"Binod Gurung", "binod.gurung", "en", "himal", "w"},
	{"Sarita Tamang", "sarita.tamang", "en", "himal", "w"},
	{"Prakash Shrestha", "prakash.shrestha", "en", "himal", "w m"},
	{"Anju Rai", "anju.rai", "en", "himal", "w s"},
	{"Marisol Dizon", "marisol.dizon", "en", "visayas", "s"},
	{"Jun Abellera", "jun.abellera", "en", "visayas", "s c"},
	{"Tala Villaruz", "tala.villaruz", "en", "visayas", "s"},
	{"Ramon Quiambao", "ramon.quiambao", "en", "visayas", "w"},
	{"Catalina Rojas Vega", "catalina.rojas", "es", "mesa", "s"},
	{"Julián Ospina", "julian.ospina", "es", "mesa", "s"},
	{"Yenny Quintero", "yenny.quintero", "es", "mesa", "s n"},
	{"Andrés Cifuentes", "andres.cifuentes", "es", "mesa", "m"},
	{"Rigoberto Xicará", "rigoberto.xicara", "es", "altiplano", "s"},
	{"Ana Lucía Tzoc", "analucia.tzoc", "es", "altiplano", "s w"},
	{"Marta Ixchop", "marta.ixchop", "es", "altiplano", "c"},
	{"Diego Batres", "diego.batres", "es", "altiplano", "w m"},
	{"Juliana Prates", "juliana.prates", "pt", "merenda", "s"},
	{"Cícero Nogueira", "cicero.nogueira", "pt", "merenda", "s"},
	{"Tatiane Moura", "tatiane.moura", "pt", "merenda", "n"},
	{"Edson Figueira", "edson.figueira", "pt", "merenda", "m"},
	{"Beatriz Quaresma", "beatriz.quaresma", "pt", "tejo", "n h"},
	{"Duarte Salgueiro", "duarte.salgueiro", "pt", "tejo", "n"},
	{"Filipa Antunes", "filipa.antunes", "pt", "tejo", "h"},
	{"Rania Haddadin", "rania.haddadin", "ar", "manara", "c h"},
	{"يوسف خلف", "yousef.khalaf", "ar", "manara", "c"},
	{"ديمة ناصر", "dima.nasser", "ar", "manara", "w c"},
	{"Omar Saffarini", "omar.saffarini", "ar", "manara", "c t"},
	{"Lina Barakat", "lina.barakat", "ar", "manara", "h s"},
	{"Khaled Momani", "khaled.momani", "ar", "manara", "c"},
}
