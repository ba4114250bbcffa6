// kSentences: the forms of the sentences that shared/san and the server say in English, for sentences.h.
//
// %1 to %9 stand for names, numbers and phrases. A form with one thing and one with several are two rows. Grouped by the
// file that says them. Its test goes through the findings, proofs and guards of many SANs: what they say has a form.
#pragma once

#include <QtGlobal>
#include <array>

namespace console {

// clang-format off
inline constexpr std::array kSentences{
    // phrases: lists of names
    QT_TRANSLATE_NOOP("Sentences", "%1 and %2 more"),
    QT_TRANSLATE_NOOP("Sentences", "%1 and %2 others"),
    QT_TRANSLATE_NOOP("Sentences", "%1 and 1 other"),
};
// clang-format on

}  // namespace console
