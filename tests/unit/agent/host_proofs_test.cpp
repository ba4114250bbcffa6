// How a host proves itself: by the management server's word first, then by the configuration.
#include "agent/app/host_proofs.h"

#include <gmock/gmock.h>

namespace agent {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string kHost = "iqn.2026-01.org.example:host";
const std::string kStore = "iqn.2026-01.org.example:store";

std::string text(const base::Secret& secret) { return std::string(base::asText(secret.reveal())); }

class Local final : public iscsi::CredentialsSource {
 public:
  void ask(const iscsi::CredentialsQuestion& question, iscsi::CredentialsReceiver& receiver,
           base::TimePoint now) override {
    EXPECT_EQ(question.initiator, kHost);
    if (name.empty()) return receiver.onCredentials(std::nullopt, now);
    iscsi::ChapCredentials found;
    found.initiator.name = name;
    found.initiator.current = *base::Secret::from(std::string_view("a local secret"));
    receiver.onCredentials(std::move(found), now);
  }
  std::string name;
};

class HostProofs : public ::testing::Test {
 protected:
  management::HandOver& hand(std::uint32_t credential, const std::string& initiator, const std::string& target) {
    auto& over = state->credentials.emplace_back(std::pmr::new_delete_resource());
    over.credential = credential;
    over.initiator = initiator;
    over.target = target;
    over.userName = "user" + std::to_string(credential);
    return over;
  }
  static void add(management::Secrets& to, std::uint32_t version, std::string_view secret) {
    to.push_back({version, *base::Secret::from(secret)});
  }
  std::vector<attach::LoginProof> proofs() { return hostProofs({{}, state}, local, kHost, kStore); }

  std::shared_ptr<management::DesiredState> state = std::make_shared<management::DesiredState>();
  Local local;
};

TEST_F(HostProofs, withoutAnyThereIsNone) { EXPECT_THAT(proofs(), IsEmpty()); }

TEST_F(HostProofs, theConfigurationCountsWhereTheServerSaysNothing) {
  local.name = "me";
  const auto found = proofs();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].user, "me");
  EXPECT_EQ(text(found[0].secret), "a local secret");
  EXPECT_EQ(found[0].credential, 0U);
}

TEST_F(HostProofs, theServersWordForThisTargetComesBeforeThatForEachAndTheConfiguration) {
  local.name = "me";
  add(hand(1, kHost, "").answer, 1, "for each of them");
  add(hand(2, "iqn.2026-01.org.example:other", kStore).answer, 1, "of another host");
  ASSERT_THAT(proofs(), SizeIs(1));
  EXPECT_EQ(proofs()[0].user, "user1");
  add(hand(3, kHost, kStore).answer, 7, "for this one");
  ASSERT_THAT(proofs(), SizeIs(1));
  EXPECT_EQ(proofs()[0].user, "user3");
  EXPECT_EQ(proofs()[0].version, 7U);
}

TEST_F(HostProofs, whileASecretIsChangedBothAreTriedInTheirOrder) {
  auto& over = hand(4, kHost, kStore);
  add(over.answer, 2, "the new secret");
  add(over.answer, 1, "the old secret");
  const auto found = proofs();
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(text(found[0].secret), "the new secret");
  EXPECT_EQ(text(found[1].secret), "the old secret");
  EXPECT_FALSE(found[0].awaited || found[1].awaited);
  over.prove = true;
  EXPECT_TRUE(proofs()[0].awaited);
  EXPECT_FALSE(proofs()[1].awaited);
}

TEST_F(HostProofs, theTargetIsExpectedWithTheVersionThatGoesWithTheHosts) {
  auto& over = hand(5, kHost, kStore);
  over.mutual = true;
  add(over.answer, 2, "the new secret");
  add(over.answer, 1, "the old secret");
  add(over.accept, 1, "theirs, old");
  add(over.accept, 2, "theirs, new");
  const auto found = proofs();
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(text(found[0].targetSecret), "theirs, new");
  EXPECT_EQ(found[0].mutualVersion, 2U);
  EXPECT_EQ(text(found[1].targetSecret), "theirs, old");
  EXPECT_EQ(found[0].targetUser, kStore) << "the target's name, where no other is given";
}

}  // namespace
}  // namespace agent
