#include "isns-server/manage/people/rights.h"

#include <gmock/gmock.h>

#include "isns-server/manage/people/edit_rights.h"
#include "shared/san/fields.h"

namespace {

using people::permit;
using people::Principal;
using people::Right;
using people::Role;
using testing::HasSubstr;

using enum people::Role;

// The whole table, written a second time and by hand: a right that slips to a role fails here.
TEST(Rights, EachRoleHasThese) {
  const std::map<Role, std::string> expected{
      {Viewer, "san.read token.own"},
      {Auditor, "san.read audit.read evidence.make token.own"},
      {Zoner, "san.read change.draft change.submit token.own"},
      {Activator,
       "san.read change.draft change.submit change.approve change.commit change.roll-back finding.waive token.own"},
      {CredentialOfficer, "san.read credential.manage credential.reveal certificate.revoke token.own"},
      {Administrator,
       "san.read audit.read evidence.make change.draft change.submit change.approve change.commit change.roll-back "
       "finding.waive credential.manage agent.enrol certificate.revoke user.manage token.own token.manage key.manage "
       "server.manage"},
  };
  for (const auto& [role, rights] : expected) {
    std::string has;
    for (const people::RightRow& row : people::rightTable()) {
      if (permit({"ada", {role}, {}}, row.right)) has += (has.empty() ? "" : " ") + std::string(row.name);
    }
    EXPECT_EQ(has, rights) << people::roleName(role);
  }
}

TEST(Rights, EveryRefusalNamesTheRightAndWhoHasIt) {
  for (const people::RightRow& row : people::rightTable()) {
    const auto refused = permit({"nobody", {}, {}}, row.right);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().text, HasSubstr(std::string(row.name)));
    EXPECT_THAT(refused.error().text, HasSubstr(people::rolesText(row.roles)));
  }
  EXPECT_EQ(
      permit({"ada", {Viewer}, {}}, Right::ChangeCommit).error().text,
      "this needs the right change.commit (commit and confirm change sets), which the roles activator, administrator "
      "have");
}

// Again by hand: what somebody with a scope keeps of all roles together. A new right is decided here.
TEST(Rights, WithAScopeThoseOfTheWholeSanAreGone) {
  const people::RoleSet all = people::RoleSet::ofBits(0xff);
  std::string kept;
  for (const people::RightRow& row : people::rightTable()) {
    const auto permitted = permit({"ada", all, {"pci", "test"}}, row.right);
    if (permitted) kept += (kept.empty() ? "" : " ") + std::string(row.name);
    if (!permitted) {
      EXPECT_THAT(permitted.error().text, HasSubstr("end at what is labelled pci, test"));
    }
    EXPECT_TRUE(permit({"bob", all, {}}, row.right)) << row.name;
  }
  EXPECT_EQ(kept,
            "san.read change.draft change.submit change.approve change.commit change.roll-back finding.waive token.own");
}

TEST(Rights, EachKindThatChangeSetsWriteHasOneForItsEdits) {
  std::size_t kinds = 0;
  for (const people::EditRightRow& row : people::kEditRights) {
    if (kinds > 0) {
      EXPECT_LT(people::kEditRights[kinds - 1].kind, row.kind);
    }
    ++kinds;
  }
  for (const san::KindRow& row : san::kKindTable) {
    bool written = row.writer == san::Writer::ChangeSet;
    for (const san::FieldRow& field : san::fieldsOf(row.kind)) written |= field.writer == san::Writer::ChangeSet;
    const auto* found = std::ranges::find(people::kEditRights, row.kind, &people::EditRightRow::kind);
    EXPECT_EQ(written, found != std::end(people::kEditRights)) << row.name;
  }
}

TEST(Rights, SettingsRulesCredentialsApprovalsAndWaiversAreWithheldFromAZoner) {
  const auto withheld = [](people::RoleSet roles) {
    const std::uint32_t bits = people::withheldFrom({"ada", roles, {}});
    std::string kinds;
    for (const people::EditRightRow& row : people::kEditRights) {
      if ((bits & people::bitOf(row.kind)) != 0) kinds += (kinds.empty() ? "" : " ") + std::string(san::nameOf(row.kind));
    }
    return kinds;
  };
  EXPECT_EQ(withheld({Zoner}), "separation-rule window waiver settings credential approval");
  EXPECT_EQ(withheld({Activator}), "separation-rule window settings credential");
  EXPECT_EQ(withheld({Administrator}), "");
}

TEST(Rights, RolesHaveNames) {
  EXPECT_EQ(people::parseRole("credential-officer"), CredentialOfficer);
  EXPECT_EQ(people::parseRole("root"), std::nullopt);
  EXPECT_EQ(people::rolesText({Zoner, Viewer}), "viewer, zoner");
}

}  // namespace
