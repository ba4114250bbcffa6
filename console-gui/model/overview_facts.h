// OverviewFacts: the answers to the four questions of the first page, as numbers, each with what proves it.
//
// Pure functions of a View, safe from any thread. Nothing is good without fresh data: an answer that rests on agents that
// are silent says so (Answer::certain).
#pragma once

#include "console-gui/model/view.h"

namespace console {

struct OverviewAnswer {
  std::size_t count = 0;                // of what is wrong, or new
  std::vector<std::string_view> rules;  // the findings that are counted, by rule: "R08"
  std::vector<const san::Finding*> worst;  // of the View's findings, the worst first; the first of them
  bool certain = true;                  // false: some of it rests on what is old, or on nothing
};

struct OverviewFacts {
  // Freshness.
  std::size_t agents = 0, reporting = 0;
  bool reportsKept = true;  // false: of the past, when they reported is in no history; `reporting` is 0
  san::Id oldestAgent = 0;  // of those that are not revoked; 0: none
  san::Seconds oldestReport = 0;
  std::size_t foreignTargets = 0;  // of which nobody reports
  // The questions.
  OverviewAnswer missing;   // should be reachable and is not
  OverviewAnswer tooMuch;   // is reachable and should not be
  std::vector<san::Id> changes;    // change sets since `since`, the newest first
  OverviewAnswer needs;     // other findings that are high or critical
  // Totals.
  std::size_t hosts = 0, targets = 0, units = 0, domains = 0, sessions = 0;
};

OverviewFacts overviewOf(const View& view, san::Revision since, san::Seconds now);

}  // namespace console
