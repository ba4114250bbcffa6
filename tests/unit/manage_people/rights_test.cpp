#include "isns-server/manage/people/rights.h"

#include <gmock/gmock.h>

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

TEST(Rights, AScopeIsAskedWithTheObjectsLabels) {
  const Principal ada{"ada", {Zoner}, {"pci", "test"}};
  const std::vector<std::string> pci{"prod", "pci"};
  const std::vector<std::string> prod{"prod"};
  EXPECT_TRUE(permit(ada, Right::ChangeDraft, pci));
  EXPECT_FALSE(permit(ada, Right::ChangeDraft, prod));
  EXPECT_FALSE(permit(ada, Right::ChangeDraft));
  EXPECT_THAT(permit(ada, Right::ChangeDraft, prod).error().text, HasSubstr("labelled pci, test only"));
  EXPECT_TRUE(permit(ada, Right::SanRead, prod));
  EXPECT_TRUE(permit({"bob", {Zoner}, {}}, Right::ChangeDraft, prod));
}

TEST(Rights, RolesHaveNames) {
  EXPECT_EQ(people::parseRole("credential-officer"), CredentialOfficer);
  EXPECT_EQ(people::parseRole("root"), std::nullopt);
  EXPECT_EQ(people::rolesText({Zoner, Viewer}), "viewer, zoner");
}

}  // namespace
