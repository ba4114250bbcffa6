// CableLabels: what stands on the labels of cables, one for each end: what it is called, its colour, this end and the
// other one.
//
// As the administrator keeps them (the cables of the SAN); an end is called by the note on its port where there is one,
// else by its address, with the host that it belongs to in front, or its entity without the domain. By name, with
// numbers in their order. Pure functions, any thread, linear in cables and entities.
#pragma once

#include <QString>
#include <span>
#include <vector>

#include "shared/san/san_index.h"

namespace console {

enum class CableScope : std::uint8_t { All, Selected, NotConnected };

struct CableLabel {
  QString name;   // what it says
  QString color;  // a word
  QString here;   // the end that it is fixed to
  QString there;
  san::CableStatus status = san::CableStatus::Connected;
  friend bool operator==(const CableLabel&, const CableLabel&) = default;
};

// Selected: cables that are selected, and those of selected portals, entities, nodes and hosts.
std::vector<CableLabel> cableLabels(const san::SanIndex& index, CableScope scope,
                                    std::span<const san::ObjectRef> selected);
// "planned", "leaving"; nothing where it is connected.
QString cableStatusWord(san::CableStatus status);

}  // namespace console
