// What a cell of the access matrix says: a host against a logical unit, as one state with marks, and its words.
//
// Made from the layers of reach on applied state (shared/san/reach.h), the ledger of approvals and the separation rules
// (shared/san/separation.h). Values; words in the language that is set.
#pragma once

#include <QString>
#include <array>
#include <cstdint>

#include "shared/san/impact.h"

namespace console {

// Ascending by how much somebody should look: of several cells the highest speaks for all.
enum class AccessState : std::uint8_t {
  None,           // nothing joins the two
  EntryUnknown,   // it does not find it, and nobody knows whether it would get in
  Reachable,      // and approved
  VisibleOnly,    // finds it, does not get in: a dangling zone
  Unknown,        // whether it works
  PermittedOnly,  // gets in, does not find it: zoning gives false comfort
  Missing,        // approved, not reachable
  Unapproved,     // reachable, not approved
  Violation,      // reachable, and a separation rule forbids it
};
inline constexpr std::size_t kAccessStates = 9;
// The states of the legend, in the order in which it shows them.
inline constexpr std::array kLegendStates{AccessState::Reachable, AccessState::Unapproved,    AccessState::Missing,
                                          AccessState::Violation, AccessState::PermittedOnly, AccessState::VisibleOnly,
                                          AccessState::Unknown,   AccessState::EntryUnknown};

struct CellLook {
  AccessState state = AccessState::None;
  bool readOnly = false;               // of what gets in, or may
  bool session = false;                // an agent sees it used now
  bool old = false;                    // every agent that answers for it is silent: it was so when they last reported
  bool changed = false;                // by the draft, or between two revisions
  san::Turn turn = san::Turn::Gained;  // of changed
  friend bool operator==(const CellLook&, const CellLook&) = default;
};

// Whether reading or writing is a question there: it gets in, or may.
constexpr bool hasRight(AccessState state) {
  return state == AccessState::Reachable || state == AccessState::Unapproved || state == AccessState::Violation ||
         state == AccessState::PermittedOnly || state == AccessState::Unknown;
}

// "reachable and approved".
QString accessWord(AccessState state);
// What it means and what to think of it, a sentence.
QString accessMeaning(AccessState state);
// "reachable, not approved, read-only, in use": for tooltips, screen readers, exports.
QString lookWords(const CellLook& look);
QString turnWord(san::Turn turn);

}  // namespace console
