// sentence(): what the model says in English (findings, proofs, guards, refusals), in the language of the console.
//
// shared/san composes its sentences for all programs, in English; a server sends them so. kSentences (sentence_table.h) has
// their forms, with %1 to %9 where a name, a number or another phrase stands. A sentence that fits a form is said as the
// form's translation, its phrases translated in the same way; several sentences are translated one by one. What fits none is
// shown as it is: an English sentence is better than none. Any thread. Bound: kMostKnown answers are remembered.
#pragma once

#include <QString>
#include <string_view>

#include "console-gui/client/source.h"

namespace console {

inline constexpr int kMostKnown = 20'000;

QString sentence(std::string_view english);
QString sentence(const QString& english);

// What an answer of the API says went wrong: what, why, and what to do.
QString sentence(const Problem& problem);

// Whether it has a form; for the tests.
bool hasForm(std::string_view english);
// Another language is in force; English has nothing to translate.
void setSentences(bool translated);

}  // namespace console
