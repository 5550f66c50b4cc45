// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What `puente check` says in English, Spanish and Portuguese.
#include "tools/cmd_check_words.h"

#include <cstddef>
#include <cstdlib>

#include "core/findings/finding_text.h"
#include "fmt/format.h"

namespace puente::tools {
namespace {

constexpr CheckWords kEnglish = {
    .language = "en",
    .severity = {"note", "warning", "error", "critical"},
    .severities = {"notes", "warnings", "errors", "critical errors"},
    .row = "row",
    .more_of = "... and {} more of {}",
    .checked = "{} rows checked, {} with findings: {}",
    .nothing = "nothing to correct",
    .see_also = "see also {}",
    .by_rule = "By rule",
    .by_organisation = "By organisation",
    .by_month = "By month",
    .not_reported = "Not reported, by organisations that reported in another month",
    .and_more = "... and {} more; --format xlsx or json has all",
    .no_organisation = "(no organisation)",
    .no_month = "(no month)",
    .counts = "{} rows, {} with findings",
    .is_cut = "there are too many organisations to tell all of them apart",
    .findings_sheet = "Findings",
    .summary_sheet = "Summary",
    .reports_sheet = "Who reported when",
    .errors_sheet = "Errors",
    .errors_title = "What is to be corrected in {}",
    .rules_used = "Rules: {}",
    .comments_cut = "the first {} marked cells have comments; the list has all findings",
    .marks_cut = "{} cells are marked; the list has all findings",
    .lines_cut = "The list ends after {} findings",
    .marked = "{}: {} cells are marked, and sheet \"{}\" lists what is wrong",
    .repaired = "{}: {} cells are repaired, {} could not be",
    .not_repaired = {"not repaired: there is no such cell in the file",
                     "not repaired: a formula makes the text",
                     "not repaired: the file says something else there than what was checked",
                     "not repaired: parts of the text have formatting of their own, which would be "
                     "lost",
                     "not repaired: no cell can hold so long a text",
                     "not repaired: a spreadsheet could take the new text for a formula",
                     "not repaired: the encoding of the file lacks characters of the new text",
                     "not repaired: {} must be repaired with it"},
    .repair_by_hand = "correct the cell by hand",
    .headings = {"Severity", "Rule", "File", "Sheet", "Cell", "Column", "Value", "What is wrong",
                 "What to do", "Pack"},
    .count = "Findings",
    .rows = "Rows",
    .rows_with_findings = "Rows with findings",
    .organisation = "Organisation",
    .month = "Month",
};

constexpr CheckWords kSpanish = {
    .language = "es",
    .severity = {"nota", "aviso", "error", "crítico"},
    .severities = {"notas", "avisos", "errores", "errores críticos"},
    .row = "fila",
    .more_of = "... y {} más de {}",
    .checked = "{} filas revisadas, {} con hallazgos: {}",
    .nothing = "nada que corregir",
    .see_also = "vea también {}",
    .by_rule = "Por regla",
    .by_organisation = "Por organización",
    .by_month = "Por mes",
    .not_reported = "Sin reporte, de organizaciones que reportaron en otro mes",
    .and_more = "... y {} más; --format xlsx o json las tiene todas",
    .no_organisation = "(sin organización)",
    .no_month = "(sin mes)",
    .counts = "{} filas, {} con hallazgos",
    .is_cut = "hay demasiadas organizaciones para distinguirlas todas",
    .findings_sheet = "Hallazgos",
    .summary_sheet = "Resumen",
    .reports_sheet = "Quién reportó cuándo",
    .errors_sheet = "Errores",
    .errors_title = "Lo que hay que corregir en {}",
    .rules_used = "Reglas: {}",
    .comments_cut =
        "Las primeras {} celdas marcadas tienen comentario; la lista tiene todos los hallazgos",
    .marks_cut = "Hay {} celdas marcadas; la lista tiene todos los hallazgos",
    .lines_cut = "La lista termina después de {} hallazgos",
    .marked = "{}: hay {} celdas marcadas, y la hoja \"{}\" dice qué está mal",
    .repaired = "{}: hay {} celdas reparadas, y {} que no se pudieron reparar",
    .not_repaired =
        {"no se reparó: la celda no existe en el archivo",
         "no se reparó: el texto sale de una fórmula",
         "no se reparó: el archivo dice allí otra cosa que la que se revisó",
         "no se reparó: partes del texto tienen formato propio, que se perdería",
         "no se reparó: ninguna celda admite un texto tan largo",
         "no se reparó: una hoja de cálculo podría tomar el texto nuevo por una fórmula",
         "no se reparó: la codificación del archivo no tiene todas las letras del texto "
         "nuevo",
         "no se reparó: hay que reparar también {}"},
    .repair_by_hand = "corrija la celda a mano",
    .headings = {"Gravedad", "Regla", "Archivo", "Hoja", "Celda", "Columna", "Valor",
                 "Qué está mal", "Qué hacer", "Paquete"},
    .count = "Hallazgos",
    .rows = "Filas",
    .rows_with_findings = "Filas con hallazgos",
    .organisation = "Organización",
    .month = "Mes",
};

constexpr CheckWords kPortuguese = {
    .language = "pt",
    .severity = {"nota", "aviso", "erro", "crítico"},
    .severities = {"notas", "avisos", "erros", "erros críticos"},
    .row = "linha",
    .more_of = "... e mais {} de {}",
    .checked = "{} linhas conferidas, {} com achados: {}",
    .nothing = "nada a corrigir",
    .see_also = "veja também {}",
    .by_rule = "Por regra",
    .by_organisation = "Por organização",
    .by_month = "Por mês",
    .not_reported = "Sem relato, de organizações que relataram em outro mês",
    .and_more = "... e mais {}; --format xlsx ou json tem todas",
    .no_organisation = "(sem organização)",
    .no_month = "(sem mês)",
    .counts = "{} linhas, {} com achados",
    .is_cut = "há organizações demais para distinguir todas",
    .findings_sheet = "Achados",
    .summary_sheet = "Resumo",
    .reports_sheet = "Quem relatou quando",
    .errors_sheet = "Erros",
    .errors_title = "O que corrigir em {}",
    .rules_used = "Regras: {}",
    .comments_cut = "As primeiras {} células marcadas têm comentário; a lista tem todos os achados",
    .marks_cut = "{} células estão marcadas; a lista tem todos os achados",
    .lines_cut = "A lista termina depois de {} achados",
    .marked = "{}: {} células estão marcadas, e a planilha \"{}\" diz o que está errado",
    .repaired = "{}: {} células foram reparadas, {} não puderam ser",
    .not_repaired = {"não foi reparada: a célula não existe no arquivo",
                     "não foi reparada: o texto vem de uma fórmula",
                     "não foi reparada: o arquivo diz ali outra coisa que a que foi conferida",
                     "não foi reparada: partes do texto têm formatação própria, que se perderia",
                     "não foi reparada: nenhuma célula comporta um texto tão longo",
                     "não foi reparada: uma planilha poderia tomar o texto novo por uma fórmula",
                     "não foi reparada: a codificação do arquivo não tem todas as letras do texto "
                     "novo",
                     "não foi reparada: é preciso reparar também {}"},
    .repair_by_hand = "corrija a célula à mão",
    .headings = {"Gravidade", "Regra", "Arquivo", "Planilha", "Célula", "Coluna", "Valor",
                 "O que está errado", "O que fazer", "Pacote"},
    .count = "Achados",
    .rows = "Linhas",
    .rows_with_findings = "Linhas com achados",
    .organisation = "Organização",
    .month = "Mês",
};

}  // namespace

const CheckWords& WordsOf(std::string_view language) {
  if (language.starts_with("es")) return kSpanish;
  if (language.starts_with("pt")) return kPortuguese;
  return kEnglish;
}

std::string_view LanguageOfEnvironment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return WordsOf(value).language;
  }
  return kEnglish.language;
}

std::string_view SeverityWord(const CheckWords& words, Severity severity) {
  return words.severity[static_cast<size_t>(severity)];
}

std::string CountsInWords(const CheckWords& words, const std::array<uint64_t, 4>& counts) {
  std::string text;
  for (size_t i = counts.size(); i-- > 0;) {
    if (counts[i] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", FormatCount(counts[i]),
                        counts[i] == 1 ? words.severity[i] : words.severities[i]);
  }
  return text;
}

std::string MonthText(int32_t month) {
  constexpr int kHundred = 100;
  if (month % kHundred == 0) return fmt::format("{:04}", month / kHundred);
  return fmt::format("{:04}-{:02}", month / kHundred, month % kHundred);
}

}  // namespace puente::tools
