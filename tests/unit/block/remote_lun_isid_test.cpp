// Which ISID a link has: the same at each start, and no other link's.
#include "agent/block/remote_lun_isid.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <deque>
#include <memory>
#include <set>

namespace block {
namespace {

constexpr const char* kInitiator = "iqn.2026-01.org.example:claim-test";

initiator::Url unit(std::string_view text = "iscsi://10.0.0.1:3260/iqn.2026-01.org.example:store/3") {
  return initiator::parseUrl(text).value();
}

TEST(Isid, IsOfTheRandomKindAndTheSameForTheSameLink) {
  const IsidHost host{"0123", "host1", "52:54:00:00:00:01", 1};
  const iscsi::Isid isid = isidOf(host, kInitiator, unit(), 0);
  EXPECT_EQ(isid[0], 0x80) << "T 10b, A 0: RFC 7143 11.12.5";
  EXPECT_EQ(isid, isidOf(host, kInitiator, unit(), 0));
  EXPECT_EQ(isid, (iscsi::Isid{0x80, 0xd4, 0x10, 0x35, 0x89, 0x9f})) << "also after an update";
}

TEST(Isid, IsAnotherForEachThingThatIsAnother) {
  const IsidHost host{"0123", "host1", "52:54:00:00:00:01", 1};
  const std::set<iscsi::Isid> all{
      isidOf(host, kInitiator, unit(), 0),
      isidOf(host, kInitiator, unit(), 1),
      isidOf(host, "iqn.2026-01.org.example:other", unit(), 0),
      isidOf(host, kInitiator, unit("iscsi://10.0.0.2:3260/iqn.2026-01.org.example:store/3"), 0),
      isidOf(host, kInitiator, unit("iscsi://10.0.0.1:3260/iqn.2026-01.org.example:other/3"), 0),
      isidOf(host, kInitiator, unit("iscsi://10.0.0.1:3260/iqn.2026-01.org.example:store/4"), 0),
      isidOf({"0124", host.name, host.hardwareAddress, 1}, kInitiator, unit(), 0),
      isidOf({host.machineId, "host2", host.hardwareAddress, 1}, kInitiator, unit(), 0),
      isidOf({host.machineId, host.name, "52:54:00:00:00:02", 1}, kInitiator, unit(), 0),
      isidOf({host.machineId, host.name, host.hardwareAddress, 2}, kInitiator, unit(), 0)};
  EXPECT_EQ(all.size(), 10U);
}

struct RemoteLunIsids : testing::Test {
  IsidHost host{"0123", "host1", "52:54:00:00:00:01", 1};
};

TEST_F(RemoteLunIsids, LinksThatAreThereAtTheSameTimeDifferAndALaterOneHasThatOfTheOneBefore) {
  auto first = std::make_unique<RemoteLunIsid>(kInitiator, unit(), host);
  const RemoteLunIsid second(kInitiator, unit(), host);
  EXPECT_EQ(first->isid(), isidOf(host, kInitiator, unit(), 0));
  EXPECT_EQ(second.isid(), isidOf(host, kInitiator, unit(), 1));
  first.reset();
  EXPECT_EQ(RemoteLunIsid(kInitiator, unit(), host).isid(), isidOf(host, kInitiator, unit(), 0));
}

TEST_F(RemoteLunIsids, AnotherProcessIsPassedByAndSucceededWhenItWasKilled) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const RemoteLunIsid its(kInitiator, unit(), host);
    if (::write(ready[1], "x", 1) == 1) ::pause();
    ::_exit(1);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_EQ(RemoteLunIsid(kInitiator, unit(), host).isid(), isidOf(host, kInitiator, unit(), 1));
  ::kill(child, SIGKILL);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_EQ(RemoteLunIsid(kInitiator, unit(), host).isid(), isidOf(host, kInitiator, unit(), 0));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(RemoteLunIsids, NoTwoOfVeryManyAreTheSame) {
  std::deque<RemoteLunIsid> claims;
  std::set<iscsi::Isid> all;
  for (unsigned i = 0; i < RemoteLunIsid::kNumbers + 5; ++i) {
    claims.emplace_back(kInitiator, unit(), host);
    all.insert(claims.back().isid());
  }
  EXPECT_EQ(all.size(), claims.size());
}

TEST_F(RemoteLunIsids, WhereTheNetworkNamespaceIsNotKnownItIsAnotherEachTime) {
  host.networkCookie = 0;
  const iscsi::Isid one = RemoteLunIsid(kInitiator, unit(), host).isid();
  EXPECT_EQ(one[0], 0x80);
  EXPECT_NE(one, RemoteLunIsid(kInitiator, unit(), host).isid());
}

TEST(IsidHostTest, IsTheSameEachTime) {
  const IsidHost one = isidHost();
  const IsidHost again = isidHost();
  EXPECT_EQ(one.networkCookie, again.networkCookie);
  EXPECT_EQ(one.machineId, again.machineId);
  EXPECT_EQ(one.name, again.name);
  EXPECT_EQ(one.hardwareAddress, again.hardwareAddress);
}

}  // namespace
}  // namespace block
