// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Words, names and sentences in four languages, for generated files.

#include "tests/bench/words.h"

#include <set>

namespace puente::bench {
namespace {

// Words of a language, the most frequent first.
constexpr std::array<std::string_view, kLanguages> kFrequent = {
    "the of and to in for with on by from project is are support will at local women communities "
    "this access through health development services that areas training improve national water "
    "education children programme people food rural districts their aims strengthen capacity "
    "schools families provide sustainable activities government partners young organisations "
    "management quality implementation climate increase farmers households which access rights "
    "protection emergency assistance displaced refugees host migrants needs response sanitation "
    "hygiene nutrition phase regional sector institutions policy planning monitoring evaluation "
    "results beneficiaries primary secondary vocational teachers nurses midwives clinics hospitals "
    "vaccines mothers newborn disease malaria prevention treatment care network civil society "
    "dialogue peace justice reform public finance budget tax transparency accountability municipal "
    "energy solar grid roads bridges transport ports trade markets enterprise credit savings value "
    "chains crops seeds irrigation livestock fisheries forests biodiversity conservation soil "
    "resilience disaster risk drought floods shelter cash transfers vouchers livelihoods skills "
    "employment youth girls violence survivors legal registration documents integration inclusion "
    "disability minorities indigenous land tenure governance elections parliament media data "
    "statistics research university laboratory technology digital innovation pilot scale baseline "
    "survey annual report workshop equipment supplies construction rehabilitation maintenance "
    "technical advisory grant loan contribution core funding pooled agreement signed amended "
    "closed "
    "not been has was its into more than between including under over about other such these those "
    "per each both within across during before after while where who how can may must should also "
    "only new key main high low long short term early full joint third first second",
    "de la el en y los las para con del por que se una a un su al mejorar desarrollo apoyo "
    "proyecto programa comunidades mujeres niños niñas servicios acceso salud educación agua "
    "población fortalecimiento capacidades través derechos humanos personas zonas rurales nivel "
    "local nacional gestión calidad familias formación jóvenes actividades gobierno sociedad civil "
    "organizaciones protección migrantes refugiadas desplazadas acogida integración asistencia "
    "humanitaria emergencia respuesta necesidades alimentaria seguridad nutrición saneamiento "
    "higiene escuelas docentes enfermeras clínicas hospitales vacunación prevención tratamiento "
    "atención violencia género igualdad justicia paz diálogo reforma pública finanzas presupuesto "
    "transparencia municipios energía solar caminos puentes transporte comercio mercados empresas "
    "crédito ahorro cadenas valor cultivos semillas riego ganadería pesca bosques biodiversidad "
    "conservación suelos resiliencia desastres riesgo sequía inundaciones albergue efectivo medios "
    "vida empleo habilidades sobrevivientes registro documentación inclusión discapacidad minorías "
    "indígenas tierra gobernanza elecciones medición datos estadísticas investigación universidad "
    "laboratorio tecnología innovación piloto línea encuesta informe anual taller equipos "
    "suministros construcción rehabilitación mantenimiento técnica asesoría subvención préstamo "
    "contribución fondos acuerdo firmado cerrado objetivo específico resultado esperado "
    "beneficiarios indirectos mediante así como entre sobre desde hasta también más menos cada "
    "este esta estos estas ese sus han sido será serán puede deben según durante antes después "
    "nueva nuevo principal alto bajo largo corto plazo primera segunda tercera conjunta frontera "
    "región corredor municipio año señales pequeños montaña",
    "de a o e em para da do com que os as dos das no na um uma por ao projeto programa apoio "
    "desenvolvimento comunidades mulheres crianças serviços acesso saúde educação água população "
    "fortalecimento capacidades direitos humanos pessoas zonas rurais nível local nacional gestão "
    "qualidade famílias formação jovens atividades governo sociedade civil organizações proteção "
    "migrantes refugiados deslocados acolhimento integração assistência humanitária emergência "
    "resposta necessidades alimentar segurança nutrição saneamento higiene escolas professores "
    "enfermeiros clínicas hospitais vacinação prevenção tratamento atenção violência género "
    "igualdade justiça paz diálogo reforma pública finanças orçamento transparência municípios "
    "energia solar estradas pontes transporte comércio mercados empresas crédito poupança cadeias "
    "valor culturas sementes irrigação pecuária pesca florestas biodiversidade conservação solos "
    "resiliência desastres risco seca cheias abrigo numerário meios vida emprego competências "
    "sobreviventes registo documentação inclusão deficiência minorias indígenas terra governação "
    "eleições medição dados estatísticas investigação universidade laboratório tecnologia inovação "
    "piloto linha inquérito relatório anual oficina equipamentos materiais construção reabilitação "
    "manutenção técnica assessoria subvenção empréstimo contribuição fundos acordo assinado "
    "encerrado objetivo específico resultado esperado beneficiários através assim como entre sobre "
    "desde até também mais menos cada este esta estes seus foram será serão pode devem segundo "
    "durante antes depois nova novo principal alto baixo longo curto prazo primeira segunda "
    "terceira conjunta fronteira região corredor ano sinais pequenos montanha irmã pão",
    "de la et le les des à en du pour dans l’accès par sur aux au une un avec est projet programme "
    "appui développement communautés femmes enfants services santé éducation eau populations "
    "renforcement capacités droits humains personnes zones rurales niveau local national gestion "
    "qualité familles formation jeunes activités gouvernement société civile organisations "
    "protection migrants réfugiés déplacés accueil intégration assistance humanitaire urgence "
    "réponse besoins alimentaire sécurité nutrition assainissement hygiène écoles enseignants "
    "infirmières cliniques hôpitaux vaccination prévention traitement soins violence genre égalité "
    "justice paix dialogue réforme publique finances budget transparence communes énergie solaire "
    "routes ponts transport commerce marchés entreprises crédit épargne chaînes valeur cultures "
    "semences irrigation élevage pêche forêts biodiversité conservation sols résilience "
    "catastrophes risque sécheresse inondations abris espèces moyens d’existence emploi "
    "compétences survivantes enregistrement documents inclusion handicap minorités autochtones "
    "terre gouvernance élections mesure données statistiques recherche université laboratoire "
    "technologie innovation pilote référence enquête rapport annuel atelier équipements "
    "fournitures construction réhabilitation entretien technique conseil subvention prêt "
    "contribution fonds accord signé clos objectif spécifique résultat attendu bénéficiaires ainsi "
    "que comme entre depuis jusqu’à aussi plus moins chaque ce cette ces leurs ont été sera seront "
    "peut doivent selon pendant avant après nouvelle nouveau principal haut bas long court terme "
    "première deuxième troisième conjointe frontière région corridor année où cœur forêt île"};

constexpr std::array<std::string_view, kLanguages> kOnsets = {
    "b c d f g h l m n p r s t v w st tr pr cl gr sh th", "b c d f g l m n p r s t v ll ñ br tr pr",
    "b c d f g l m n p r s t v lh nh br tr pr", "b c d f g l m n p r s t v ch br tr pr gl"};
constexpr std::array<std::string_view, kLanguages> kVowels = {
    "a e i o u ea ou ai", "a e i o u á é í ó ú ia ue", "a e i o u á é ê ó ú ão ei",
    "a e i o u é è ê ou au oi î"};
constexpr std::array<std::string_view, kLanguages> kEndings = {
    "ing ed s er ation ity ness al able ment ism",
    "ción dad mente es os as ado ando ismo ería able",
    "ção dade mente es os as ado ando ismo aria ável", "tion té ment es eux ée ant isme erie able"};
constexpr uint32_t kAllWords = 8200;

constexpr std::string_view kPlaceStarts =
    "San Santa Villa Puerto Ban Kal Mor Tis Ouad N’Da Quel Tam Bar Lo Mun Oka Rio Val Cham Suk";
constexpr std::string_view kPlaceMiddles =
    "a be co du e fa gi ho i ka la mi na o pe ra si ta u va xi za ñe ção è ma ro";
constexpr std::string_view kPlaceEnds =
    "ville ra dougou pur stan ta lândia mba ito illo ès ani ruku gawa tepec ndo má bad";
constexpr uint32_t kPlaces = 30000;

constexpr std::array<std::string_view, 8> kOrganisationForms = {
    "Ministry of ",   "Foundation for ", "Ministerio de ", "Fundación ",
    "Ministério da ", "Instituto ",      "Ministère de ",  "Association "};

std::vector<std::string_view> Split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t space = text.find(' ');
    parts.push_back(text.substr(0, space));
    if (space == std::string_view::npos) break;
    text.remove_prefix(space + 1);
  }
  return parts;
}

// The syllables of names, taken apart once.
struct NameParts {
  std::vector<std::string_view> starts = Split(kPlaceStarts);
  std::vector<std::string_view> middles = Split(kPlaceMiddles);
  std::vector<std::string_view> ends = Split(kPlaceEnds);
};

const NameParts& Parts() {
  static const NameParts* const parts = new NameParts;
  return *parts;
}

// Lower-case ASCII to upper case; the others stay.
void Capitalise(size_t at, std::string* text) {
  char& c = (*text)[at];
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
}

void AppendNumber(uint32_t number, std::string* out) { *out += std::to_string(number); }

// A name that is the same for the same number.
void AppendName(uint64_t number, std::string* out) {
  Random random(number * 0x2545F4914F6CDD1Du + 7);
  const NameParts& parts = Parts();
  *out += random.Of(parts.starts);
  for (uint32_t i = random.Below(3); i > 0; --i) *out += random.Of(parts.middles);
  *out += random.Of(parts.ends);
}

}  // namespace

std::string_view LanguageCode(Language language) {
  constexpr std::array<std::string_view, kLanguages> kCodes = {"en", "es", "pt", "fr"};
  return kCodes[static_cast<size_t>(language)];
}

Words::Words() : choose_word_(kAllWords), choose_place_(kPlaces) {
  for (size_t language = 0; language < kLanguages; ++language) {
    Lexicon& lexicon = lexicons_[language];
    std::set<std::string, std::less<>> seen;
    const auto add = [&lexicon, &seen](std::string_view word) {
      if (!seen.emplace(word).second) return;
      lexicon.begins.push_back(static_cast<uint32_t>(lexicon.pool.size()));
      lexicon.pool += word;
    };
    for (const std::string_view word : Split(kFrequent[language])) add(word);
    const std::vector<std::string_view> onsets = Split(kOnsets[language]);
    const std::vector<std::string_view> vowels = Split(kVowels[language]);
    const std::vector<std::string_view> endings = Split(kEndings[language]);
    Random random(language + 1);
    std::string word;
    while (seen.size() < kAllWords) {
      word.clear();
      for (uint32_t i = random.Between(1, 3); i > 0; --i) {
        word += random.Of(onsets);
        word += random.Of(vowels);
      }
      if (random.Chance(700)) word += random.Of(endings);
      add(word);
    }
    lexicon.begins.push_back(static_cast<uint32_t>(lexicon.pool.size()));
  }
}

void Words::Word(Language language, Random& random, std::string* out) const {
  *out += lexicons_[static_cast<size_t>(language)].word(choose_word_(random));
}

void Words::Title(Language language, Random& random, std::string* out) const {
  const size_t begin = out->size();
  for (uint32_t i = random.Between(3, 11); i > 0; --i) {
    Word(language, random, out);
    *out += ' ';
  }
  Capitalise(begin, out);
  if (random.Chance(350)) {
    Place(random, out);
  } else {
    out->pop_back();
  }
}

void Words::Place(Random& random, std::string* out) const {
  AppendName(choose_place_(random), out);
}

void Words::Person(Random& random, std::string* out) const {
  const uint64_t given = random.Below(900);
  AppendName(1'000'000 + given, out);
  *out += ' ';
  AppendName(2'000'000 + random.Below(20'000), out);
}

void Words::Organisation(Language language, uint32_t index, std::string* out) const {
  Random random(index * uint64_t{6364136223846793005} + 11);
  *out += kOrganisationForms[static_cast<size_t>(language) * 2 + random.Below(2)];
  AppendName(3'000'000 + index, out);
  if (random.Chance(400)) *out += random.Chance(300) ? " & " : " ", Word(language, random, out);
  if (random.Chance(150)) {
    *out += " (";
    for (uint32_t i = random.Between(3, 5); i > 0; --i) {
      *out += static_cast<char>('A' + random.Below(26));
    }
    *out += ')';
  }
}

void Words::Sentence(Language language, Random& random, std::string* out) const {
  const size_t begin = out->size();
  const uint32_t words = random.Between(6, 26);
  for (uint32_t i = 0; i < words; ++i) {
    const uint32_t kind = random.Below(1000);
    if (kind >= 60) {
      Word(language, random, out);
    } else if (kind >= 40) {
      Place(random, out);
    } else if (kind >= 20) {
      AppendNumber(random.Below(random.Chance(500) ? 100 : 200'000), out);
      if (kind < 25) *out += '%';
    } else if (kind >= 12) {
      Organisation(language, random.Below(5000), out);
    } else if (kind >= 9) {
      *out += '(', Word(language, random, out), *out += ')';
    } else if (kind >= 6) {
      *out += "« ", Word(language, random, out), *out += " »";
    } else if (kind >= 4) {
      *out += "“", Word(language, random, out), *out += "”";
    } else if (kind >= 2) {
      *out += '"', Word(language, random, out), *out += "\" &";
    } else if (kind == 1) {
      *out += "< ", AppendNumber(random.Below(60), out), *out += " >";
    } else {
      *out += "€ 𝄞 №";
    }
    if (i + 1 < words) *out += kind % 12 == 5 ? ", " : " ";
  }
  Capitalise(begin, out);
  *out += random.Chance(30) ? "; " : ". ";
}

void Words::Prose(Language language, size_t bytes, Random& random, std::string* out) const {
  const size_t end = out->size() + bytes;
  do {
    Sentence(language, random, out);
    if (bytes > 1000 && random.Chance(80)) *out += random.Chance(500) ? "\n\n" : "\n• ";
  } while (out->size() < end);
  while (out->back() == ' ' || out->back() == '\n') out->pop_back();
}

}  // namespace puente::bench
