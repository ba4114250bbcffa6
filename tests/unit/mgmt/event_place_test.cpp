// Where a stream of events goes on, and what a reader of one learns of it.
#include "shared/mgmt/event_place.h"

#include <gtest/gtest.h>

#include "shared/mgmt/event_reader.h"

namespace {

using mgmt::EventPlace;

TEST(EventPlace, IsWhatItWrites) {
  for (const EventPlace place : {EventPlace{12, 345}, EventPlace{0, 1}, EventPlace{12, 0}}) {
    EXPECT_EQ(EventPlace::parse(place.text()), place) << place.text();
  }
  EXPECT_EQ((EventPlace{12, 345}).text(), "12.345");
  EXPECT_EQ((EventPlace{12, 0}).text(), "12");
}

TEST(EventPlace, IsNothingElse) {
  for (const char* text :
       {"", ".", "12.", ".345", "12.0", "12.345.6", "-1", "12.-3", "12 ", "a", "99999999999999999999"}) {
    EXPECT_EQ(EventPlace::parse(text), std::nullopt) << text;
  }
}

TEST(EventReader, KnowsThePlaceOfWhatIsWholeAndOfNothingElse) {
  mgmt::EventReader reader;
  std::string ids;
  const auto on = [&](const std::string&, const std::string&) {
    ids += reader.id() + " ";
    return true;
  };
  EXPECT_TRUE(reader.take(": listening\nid: 4.1\n", on));
  EXPECT_EQ(reader.id(), "");
  EXPECT_TRUE(reader.take("\n", on));
  EXPECT_EQ(reader.id(), "4.1") << "a comment has one, too";
  EXPECT_TRUE(reader.take("id: 4.2\nevent: change\ndata: {}\n\nid: 5.3\nevent: change\nda", on));
  EXPECT_EQ(reader.id(), "4.2");
  EXPECT_TRUE(reader.take("ta: {}\n\n: here\n\n", on));
  EXPECT_EQ(reader.id(), "5.3");
  EXPECT_EQ(ids, "4.2 5.3 ");
}

}  // namespace
