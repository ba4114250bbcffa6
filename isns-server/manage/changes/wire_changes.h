// Changes of domains from the iSNS wire as automatic change sets (DESIGN seam 5): committed, not approved, no confirm
// window.
//
// The record joins the client's change itself (core::ServerOptions::companion), so that there is none without the
// other; it is judged afterwards (ChangeSets::onWireChange). Pure function, safe from any thread.
#pragma once

#include "isns-server/core/server.h"
#include "isns-server/manage/changes/draft.h"

namespace manage {

// The number of the record: above those of change sets that people make, by the low 30 bits of the revision.
constexpr san::Id wireId(san::Revision revision) {
  return kMaxDraftId + 1 + static_cast<san::Id>(revision & kMaxDraftId);
}

bool isWireChange(std::uint32_t kind);  // a DDReg, DDDereg, DDSReg or DDSDereg
// Appends the record; nothing for what the server does by itself.
void writeWireRecord(const core::ChangeNote& note, store::OpsWriter& ops);

}  // namespace manage
