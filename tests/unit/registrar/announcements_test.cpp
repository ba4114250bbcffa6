#include "agent/registrar/announcements.h"

#include <gtest/gtest.h>

namespace registrar {
namespace {

constexpr std::size_t kLookedAt = Announcements::kMaxLookedAt;
constexpr std::size_t kKnown = kLookedAt + Announcements::kMaxWaiting;

Announcements::Key service(std::size_t number) { return {"isns " + std::to_string(number), "local", 2, 0}; }

Announcements withServices(std::size_t count) {
  Announcements announcements;
  for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(announcements.came(service(i)), i < kLookedAt);
  return announcements;
}

TEST(AnnouncementsTest, anAnnouncementIsLookedAtOnce) {
  Announcements announcements;
  EXPECT_TRUE(announcements.came(service(1)));
  EXPECT_FALSE(announcements.came(service(1)));
  EXPECT_EQ(announcements.leftOut(), 0U);
  EXPECT_FALSE(announcements.went(service(1)));
  EXPECT_TRUE(announcements.came(service(1)));
}

TEST(AnnouncementsTest, whatThereIsNoRoomForTakesThePlaceOfWhatGoes) {
  Announcements announcements = withServices(kLookedAt + 3);
  EXPECT_FALSE(announcements.came(service(kLookedAt)));
  EXPECT_EQ(announcements.leftOut(), 3U);
  EXPECT_FALSE(announcements.went(service(kLookedAt + 1))) << "one that waited";
  EXPECT_EQ(announcements.leftOut(), 2U);
  EXPECT_EQ(announcements.went(service(0)), service(kLookedAt));
  EXPECT_EQ(announcements.went(service(kLookedAt)), service(kLookedAt + 2));
  EXPECT_EQ(announcements.leftOut(), 0U);
  EXPECT_FALSE(announcements.went(service(1)));
  EXPECT_FALSE(announcements.incomplete());
}

TEST(AnnouncementsTest, ofMoreThanCanBeRememberedTheNumberIsKnownAndWhenToAskAnew) {
  Announcements announcements = withServices(kKnown + 2);
  EXPECT_EQ(announcements.leftOut(), Announcements::kMaxWaiting + 2);
  EXPECT_FALSE(announcements.incomplete());
  EXPECT_FALSE(announcements.went(service(kKnown)));
  EXPECT_EQ(announcements.leftOut(), Announcements::kMaxWaiting + 1);
  for (std::size_t i = 0; i < kKnown; ++i) {
    EXPECT_EQ(announcements.incomplete(), i > Announcements::kMaxWaiting);
    (void)announcements.went(service(i));
  }
  EXPECT_EQ(announcements.leftOut(), 1U);
  EXPECT_FALSE(announcements.went(service(kKnown + 1)));
  EXPECT_FALSE(announcements.incomplete());
}

}  // namespace
}  // namespace registrar
