package locale

import "strings"

const utc = "UTC"

// ZoneLabel returns what a form calls a zone: "Nairobi" for "Africa/Nairobi", in the given language; a name without a city
// is returned as it is.
func ZoneLabel(lang, zoneName string) string {
	if city := cityOf(For(lang, nil).Lang(), zoneName); city != "" {
		return city
	}
	return zoneName
}

// cityOf returns the last part of a zone's name as a language writes it, "UTC" for UTC, and "" where there is no city: the
// names of Etc, whose signs are turned round ("Etc/GMT+3" is UTC-03:00), fixed zones and abbreviations.
func cityOf(lang Language, zone string) string {
	switch zone {
	case utc, "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu":
		return utc
	}
	i := strings.LastIndexByte(zone, '/')
	if i < 0 || strings.HasPrefix(zone, "Etc/") {
		return ""
	}
	part := zone[i+1:]
	if city, ok := cities[lang][part]; ok {
		return city
	}
	if city, ok := cities[fallback][part]; ok {
		return city
	}
	return strings.ReplaceAll(part, "_", " ")
}

// cities holds the last parts of zone names whose city is written differently; a language takes the rest from English.
var cities = map[Language]map[string]string{
	"en": {
		"Araguaina": "Araguaína", "Asmera": "Asmara", "Asuncion": "Asunción", "Bahia_Banderas": "Bahía de Banderas",
		"Belem": "Belém", "Bogota": "Bogotá", "Calcutta": "Kolkata", "Cancun": "Cancún",
		"Ciudad_Juarez": "Ciudad Juárez", "Cordoba": "Córdoba", "Cuiaba": "Cuiabá", "Curacao": "Curaçao",
		"Dacca": "Dhaka", "DumontDUrville": "Dumont d’Urville", "Eirunepe": "Eirunepé", "El_Aaiun": "El Aaiún",
		"Faeroe": "Faroe", "Godthab": "Nuuk", "Ho_Chi_Minh": "Ho Chi Minh City", "Katmandu": "Kathmandu",
		"Kiev": "Kyiv", "Lome": "Lomé", "Macao": "Macau", "Maceio": "Maceió", "Mahe": "Mahé", "Mazatlan": "Mazatlán",
		"Merida": "Mérida", "Ndjamena": "N’Djamena", "Noumea": "Nouméa", "Rangoon": "Yangon", "Reunion": "Réunion",
		"Saigon": "Ho Chi Minh City", "Santarem": "Santarém", "Sao_Paulo": "São Paulo", "Sao_Tome": "São Tomé",
		"St_Barthelemy": "Saint-Barthélemy", "St_Helena": "St. Helena", "St_Johns": "St. John’s",
		"St_Kitts": "St. Kitts", "St_Lucia": "St. Lucia", "St_Thomas": "St. Thomas", "St_Vincent": "St. Vincent",
		"Thimbu": "Thimphu", "Tucuman": "Tucumán", "Ujung_Pandang": "Makassar", "Ulan_Bator": "Ulaanbaatar",
	},
	"fr": {
		"Addis_Ababa": "Addis-Abeba", "Algiers": "Alger", "Andorra": "Andorre", "Aqtau": "Aktaou",
		"Ashgabat": "Achgabat", "Asuncion": "Asuncion", "Athens": "Athènes", "Azores": "Açores", "Baghdad": "Bagdad",
		"Bahrain": "Bahreïn", "Baku": "Bakou", "Barbados": "La Barbade", "Beirut": "Beyrouth", "Bermuda": "Bermudes",
		"Bishkek": "Bichkek", "Bogota": "Bogota", "Brussels": "Bruxelles", "Bucharest": "Bucarest",
		"Cairo": "Le Caire", "Calcutta": "Calcutta", "Canary": "Îles Canaries", "Cape_Verde": "Cap-Vert",
		"Cayman": "Îles Caïmans", "Christmas": "Île Christmas", "Cocos": "Îles Cocos", "Comoro": "Comores",
		"Copenhagen": "Copenhague", "Dacca": "Dacca", "Damascus": "Damas", "Dar_es_Salaam": "Dar es Salam",
		"Dhaka": "Dacca", "Dominica": "La Dominique", "Dubai": "Dubaï", "Dushanbe": "Douchanbé",
		"Easter": "Île de Pâques", "El_Aaiun": "Laâyoune", "Faeroe": "Îles Féroé", "Famagusta": "Famagouste",
		"Faroe": "Îles Féroé", "Fiji": "Fidji", "Galapagos": "Galápagos", "Gambier": "Îles Gambier",
		"Grenada": "La Grenade", "Guernsey": "Guernesey", "Havana": "La Havane", "Hebron": "Hébron",
		"Ho_Chi_Minh": "Hô Chi Minh-Ville", "Isle_of_Man": "Île de Man", "Jamaica": "La Jamaïque",
		"Jerusalem": "Jérusalem", "Juba": "Djouba", "Kabul": "Kaboul", "Kathmandu": "Katmandou",
		"Katmandu": "Katmandou", "Kolkata": "Calcutta", "Kuwait": "Koweït", "Lisbon": "Lisbonne", "London": "Londres",
		"Madeira": "Madère", "Malta": "Malte", "Manila": "Manille", "Marquesas": "Îles Marquises",
		"Mauritius": "Maurice", "Mexico_City": "Mexico", "Mogadishu": "Mogadiscio", "Moscow": "Moscou",
		"Muscat": "Mascate", "Nicosia": "Nicosie", "Port_of_Spain": "Port-d’Espagne", "Puerto_Rico": "Porto Rico",
		"Rangoon": "Rangoun", "Reunion": "La Réunion", "Riyadh": "Riyad", "Saigon": "Hô Chi Minh-Ville",
		"Samarkand": "Samarcande", "San_Marino": "Saint-Marin", "Santo_Domingo": "Saint-Domingue", "Seoul": "Séoul",
		"Singapore": "Singapour", "South_Georgia": "Géorgie du Sud", "St_Helena": "Sainte-Hélène",
		"St_Johns": "Saint-Jean de Terre-Neuve", "St_Kitts": "Saint-Christophe", "St_Lucia": "Sainte-Lucie",
		"St_Thomas": "Saint-Thomas", "St_Vincent": "Saint-Vincent", "Tashkent": "Tachkent", "Tbilisi": "Tbilissi",
		"Tehran": "Téhéran", "Thimbu": "Thimphou", "Thimphu": "Thimphou", "Ulaanbaatar": "Oulan-Bator",
		"Ulan_Bator": "Oulan-Bator", "Vienna": "Vienne", "Warsaw": "Varsovie", "Yangon": "Rangoun",
		"Yekaterinburg": "Iekaterinbourg", "Yerevan": "Erevan",
	},
}
