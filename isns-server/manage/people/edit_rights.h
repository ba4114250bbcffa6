// Which right it takes to change objects of a kind by a change set, one row a kind. Asked when a draft is edited and again
// of whoever commits it (docs/security/rights.md). Constexpr data.
#pragma once

#include "isns-server/manage/people/rights.h"
#include "shared/san/kinds.h"

namespace people {

struct EditRightRow {
  san::Kind kind;
  Right right;
};

// Kinds that change sets may write to, in the order of the kind table. Of the others the model itself refuses edits.
inline constexpr EditRightRow kEditRights[] = {
    {san::Kind::Portal, Right::ChangeDraft},
    {san::Kind::Node, Right::ChangeDraft},
    {san::Kind::Domain, Right::ChangeDraft},
    {san::Kind::DomainSet, Right::ChangeDraft},
    {san::Kind::Site, Right::ChangeDraft},
    {san::Kind::Cluster, Right::ChangeDraft},
    {san::Kind::Fabric, Right::ChangeDraft},
    {san::Kind::Network, Right::ChangeDraft},
    {san::Kind::Label, Right::ChangeDraft},
    // Rules about changes are not for those whose changes they are about.
    {san::Kind::SeparationRule, Right::ServerManage},
    {san::Kind::Host, Right::ChangeDraft},
    {san::Kind::LogicalUnit, Right::ChangeDraft},
    {san::Kind::Map, Right::ChangeDraft},
    {san::Kind::Cable, Right::ChangeDraft},
    {san::Kind::Window, Right::ServerManage},
    {san::Kind::SavedQuestion, Right::ChangeDraft},
    {san::Kind::Waiver, Right::FindingWaive},
    {san::Kind::Settings, Right::ServerManage},
    {san::Kind::Credential, Right::CredentialManage},
    {san::Kind::Approval, Right::ChangeApprove},
    // By a rollback: nobody makes one by hand (manage::ChangeSets).
    {san::Kind::Departure, Right::ChangeDraft},
};

// Kinds that somebody may not edit, a bit each (san::Kind).
constexpr std::uint32_t bitOf(san::Kind kind) { return 1U << static_cast<unsigned>(kind); }
inline std::uint32_t withheldFrom(const Principal& who) {
  std::uint32_t kinds = 0;
  for (const EditRightRow& row : kEditRights) {
    if (!permit(who, row.right)) kinds |= bitOf(row.kind);
  }
  return kinds;
}

}  // namespace people
