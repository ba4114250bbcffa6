// The language of the console: a table, and what puts one in force.
//
// English is the language of the sources; its catalogue holds the plural forms alone. Two more are no languages but
// checks: "pseudo" makes each text 40 % longer and marks it, so that what is cut off or not translated is seen; "mirror"
// is the same from right to left. Sentences of the model (shared/san) are translated by model/sentences.h. What is shown
// already keeps its words: whoever changes the language makes the window anew. The UI thread.
#pragma once

#include <QString>
#include <array>

namespace console {

struct LanguageRow {
  const char* code;  // of ISO 639, as in the settings and in --language
  bool spoken;       // people may choose it; otherwise a check
  bool rightToLeft;
};

// clang-format off
inline constexpr std::array kLanguages{
    LanguageRow{"en", true, false},
    LanguageRow{"de", true, false},
    LanguageRow{"pseudo", false, false},
    LanguageRow{"mirror", false, true},
};
// clang-format on

// Of the system, if it is spoken here; otherwise English.
const LanguageRow& languageOfSystem();
// nullptr: none has this code.
const LanguageRow* languageOf(const QString& code);
// The one after it that is spoken.
const LanguageRow& languageAfter(const LanguageRow& row);

const LanguageRow& language();
void setLanguage(const LanguageRow& row);

}  // namespace console
