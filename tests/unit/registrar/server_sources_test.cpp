#include "agent/registrar/server_sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace registrar {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

net::Address at(int host) { return net::Address::v4(10, 0, 0, static_cast<std::uint8_t>(host), 3205); }

ServerSources allSources() {
  ServerSources sources;
  sources.set(Source::Mdns, {at(5)});
  sources.set(Source::Heartbeat, {at(4)});
  sources.set(Source::Dhcp, {at(3)});
  sources.set(Source::Configured, {at(1), at(2)});
  return sources;
}

TEST(ServerSourcesTest, theOrderIsConfiguredDhcpHeartbeatMdns) {
  EXPECT_THAT(allSources().all(), ElementsAre(KnownServer{at(1), Source::Configured},
                                              KnownServer{at(2), Source::Configured}, KnownServer{at(3), Source::Dhcp},
                                              KnownServer{at(4), Source::Heartbeat}, KnownServer{at(5), Source::Mdns}));
}

TEST(ServerSourcesTest, aServerOfSeveralSourcesCountsOnceForTheFirst) {
  ServerSources sources = allSources();
  sources.set(Source::Mdns, {at(3), at(6), at(6)});
  EXPECT_THAT(sources.all(), ElementsAre(KnownServer{at(1), Source::Configured}, KnownServer{at(2), Source::Configured},
                                         KnownServer{at(3), Source::Dhcp}, KnownServer{at(4), Source::Heartbeat},
                                         KnownServer{at(6), Source::Mdns}));
}

TEST(ServerSourcesTest, whatTheManagementServerSaysStandsAlone) {
  ServerSources sources = allSources();
  sources.setManaged(std::vector{at(9), at(1)});
  EXPECT_TRUE(sources.managed());
  EXPECT_THAT(sources.all(), ElementsAre(KnownServer{at(9), Source::Managed}, KnownServer{at(1), Source::Managed}));
  sources.setManaged(std::vector<net::Address>{});
  EXPECT_THAT(sources.all(), IsEmpty());
  sources.setManaged(std::nullopt);
  EXPECT_FALSE(sources.managed());
  EXPECT_EQ(sources.all().size(), 5U) << "the others come back";
}

TEST(ServerSourcesTest, aChangeTellsWhatCameAndWhatWent) {
  ServerSources sources;
  auto change = sources.set(Source::Heartbeat, {at(1), at(2)});
  EXPECT_THAT(change.found, ElementsAre(at(1), at(2)));
  EXPECT_THAT(change.lost, IsEmpty());
  change = sources.set(Source::Heartbeat, {at(3), at(2)});
  EXPECT_THAT(change.found, ElementsAre(at(3)));
  EXPECT_THAT(change.lost, ElementsAre(at(1)));
  change = sources.set(Source::Heartbeat, {at(2), at(3)});
  EXPECT_THAT(change.found, IsEmpty()) << "another order is no news";
  EXPECT_THAT(change.lost, IsEmpty());
}

TEST(ServerSourcesTest, ofOneSourceNoMoreThanItsBound) {
  ServerSources sources;
  std::vector<net::Address> many;
  for (int i = 0; i < 100; ++i) many.push_back(at(i));
  EXPECT_EQ(sources.set(Source::Mdns, many).leftOut, 100 - ServerSources::kMaxOfASource);
  EXPECT_EQ(sources.all().size(), ServerSources::kMaxOfASource);
  many.resize(ServerSources::kMaxOfASource);
  EXPECT_EQ(sources.set(Source::Mdns, many).leftOut, 0U);
}

}  // namespace
}  // namespace registrar
