#include "isns-server/manage/people/rights.h"

#include "shared/base/listed.h"

#include <algorithm>

namespace people {
namespace {

constexpr std::array<std::string_view, kRoles> kRoleNames{
    "viewer", "auditor", "zoner", "activator", "credential-officer", "administrator"};

using enum Role;
constexpr RoleSet kEverybody{Viewer, Auditor, Zoner, Activator, CredentialOfficer, Administrator};

constexpr RightRow kRights[] = {
    {Right::SanRead, "san.read", "see the SAN, its reach and its findings", kEverybody, true},
    {Right::AuditRead, "audit.read", "read the audit log and the history", {Auditor, Administrator}, false},
    {Right::EvidenceMake, "evidence.make", "make and download evidence packs", {Auditor, Administrator}, false},
    {Right::ChangeDraft, "change.draft", "draft and edit change sets", {Zoner, Activator, Administrator}, true},
    {Right::ChangeSubmit, "change.submit", "submit change sets", {Zoner, Activator, Administrator}, true},
    {Right::ChangeApprove, "change.approve", "approve change sets of others", {Activator, Administrator}, true},
    {Right::ChangeCommit, "change.commit", "commit and confirm change sets", {Activator, Administrator}, true},
    {Right::ChangeRollBack, "change.roll-back", "roll change sets back", {Activator, Administrator}, true},
    {Right::FindingWaive, "finding.waive", "waive findings until a date", {Activator, Administrator}, true},
    // Not within a scope, as long as the handlers of credentials do not look at one.
    {Right::CredentialManage,
     "credential.manage",
     "make, change and retire CHAP credentials",
     {CredentialOfficer, Administrator},
     false},
    // Not for administrators: who wants to see a secret takes the role first, and that is in the audit log.
    {Right::CredentialReveal, "credential.reveal", "see a secret of a foreign end once", {CredentialOfficer}, false},
    {Right::AgentEnrol, "agent.enrol", "make enrolment tokens for agents", {Administrator}, false},
    {Right::CertificateRevoke, "certificate.revoke", "revoke certificates", {CredentialOfficer, Administrator}, false},
    {Right::UserManage, "user.manage", "make, change and remove users", {Administrator}, false},
    {Right::TokenOwn, "token.own", "make and revoke API tokens of one's own", kEverybody, true},
    {Right::TokenManage, "token.manage", "see and revoke API tokens of others", {Administrator}, false},
    {Right::KeyManage,
     "key.manage",
     "change sealing keys, the certificate authority and the key of the audit log",
     {Administrator},
     false},
    {Right::ServerManage,
     "server.manage",
     "change settings of the server, and say that an older database was put back",
     {Administrator},
     false},
};
static_assert([] {
  for (std::size_t i = 0; i < std::size(kRights); ++i) {
    if (static_cast<std::size_t>(kRights[i].right) != i || kRights[i].roles.empty()) return false;
  }
  return std::size(kRights) == static_cast<std::size_t>(Right::ServerManage) + 1;
}());

}  // namespace

std::string_view roleName(Role role) { return kRoleNames[static_cast<std::size_t>(role)]; }

std::optional<Role> parseRole(std::string_view name) {
  const auto at = std::find(kRoleNames.begin(), kRoleNames.end(), name);
  if (at == kRoleNames.end()) return std::nullopt;
  return static_cast<Role>(at - kRoleNames.begin());
}

std::string rolesText(RoleSet roles) {
  std::string text;
  for (std::size_t i = 0; i < kRoles; ++i) {
    if (!roles.has(static_cast<Role>(i))) continue;
    text += (text.empty() ? "" : ", ");
    text += kRoleNames[i];
  }
  return text;
}

std::span<const RightRow> rightTable() { return kRights; }
const RightRow& rowOf(Right right) { return kRights[static_cast<std::size_t>(right)]; }

base::Status permit(const Principal& who, Right right) {
  const RightRow& row = rowOf(right);
  if (!row.roles.meets(who.roles)) {
    return base::fail("this needs the right " + std::string(row.name) + " (" + std::string(row.allows) +
                      "), which the roles " + rolesText(row.roles) + " have");
  }
  if (row.scoped || who.scope.empty()) return {};
  return base::fail("the right " + std::string(row.name) + " (" + std::string(row.allows) +
                    ") is of the whole SAN, and yours end at what is labelled " + base::listed(who.scope));
}

}  // namespace people
