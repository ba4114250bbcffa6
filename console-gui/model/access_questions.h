// Questions that the access matrix answers: ours, about what is selected, then the saved ones of the SAN.
//
// Pure function of a View, linear in the saved questions. Bound: 40 questions.
#pragma once

#include <QString>
#include <vector>

#include "console-gui/model/view.h"

namespace console {

// What a question narrows the matrix to.
struct AccessQuestion {
  QString text;          // "Who reaches db-data?"
  QString filter;        // in the language of filters; empty: it is none of these
  bool shared = false;   // what is shared outside of a cluster
  bool changed = false;  // what changed between two revisions
  QString whyNot = {};   // it cannot be asked now
};
inline constexpr std::size_t kOwnQuestions = 4;  // which come first
std::vector<AccessQuestion> accessQuestions(const View& view, const std::vector<san::ObjectRef>& selected);

}  // namespace console
