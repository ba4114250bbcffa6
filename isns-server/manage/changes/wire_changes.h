// Changes of domains from the iSNS wire as automatic change sets (DESIGN seam 5): committed, not approved, no confirm
// window.
//
// The record joins the client's change itself (core::ServerOptions::companion), so that there is none without the
// other; it is judged afterwards (ChangeSets::onWireChange). A client may make changes for years: kMaxWireRecords are
// kept, and somewhat more until the next upkeep. Pure functions, safe from any thread.
#pragma once

#include <cstddef>
#include <vector>

#include "isns-server/core/server.h"
#include "isns-server/manage/changes/draft.h"
#include "shared/san/windows_held.h"

namespace manage {

// The number of the record: above those of change sets that people make, by the low 30 bits of the revision.
constexpr san::Id wireId(san::Revision revision) {
  return kMaxDraftId + 1 + static_cast<san::Id>(revision & kMaxDraftId);
}

bool isWireChange(std::uint32_t kind);  // a DDReg, DDDereg, DDSReg or DDSDereg
// Appends the record; none for what the server does by itself. What administrators have said of domains goes with them,
// whoever removes them: another one may get the number.
// `windows`: what is known of them at its time.
void writeWireRecord(const core::ChangeNote& note, store::OpsWriter& ops, san::WindowsHeld windows = {});

inline constexpr std::size_t kMaxWireRecords = 100'000;
// Those that are too many, some at a time: the oldest, and before any from whose revision something in a domain or a
// set stems those from which nothing does. Empty: there is room.
std::vector<san::Id> wireRecordsBeyond(const san::Snapshot& snapshot, std::size_t most = kMaxWireRecords);

}  // namespace manage
