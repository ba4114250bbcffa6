#include "shared/names/wwn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using ::testing::HasSubstr;

constexpr names::Wwn kWwn{0x50, 0x06, 0x01, 0x60, 0x3b, 0xa0, 0x1f, 0x22};

TEST(Wwn, ReadsItsSpellingsAndWritesOne) {
  for (const std::string_view text : {"50:06:01:60:3b:a0:1f:22", "50-06-01-60-3B-A0-1F-22", "500601603BA01F22"}) {
    const auto wwn = names::parseWwn(text);
    ASSERT_TRUE(wwn.ok()) << text;
    EXPECT_EQ(*wwn, kWwn);
  }
  EXPECT_EQ(names::toText(kWwn), "50:06:01:60:3b:a0:1f:22");
}

TEST(Wwn, RefusesOtherText) {
  for (const std::string_view text :
       {"", "50", "50:06:01:60:3b:a0:1f", "50:06:01:60:3b:a0:1f:2", "50:06:01:60:3b:a0:1f:2g",
        "50:06:01:60:3b:a0:1f-22", "5006016 3ba01f22", "50:06:01:60:3b:a0:1f:22:", "+5:06:01:60:3b:a0:1f:22"}) {
    EXPECT_FALSE(names::parseWwn(text).ok()) << text;
  }
  EXPECT_THAT(names::parseWwn("50:06:01:60:3b:a0:1f:2g").error().text, HasSubstr("near byte 22"));
}

TEST(Oui, IsThreeBytes) {
  const auto oui = names::parseOui("00:14:05");
  ASSERT_TRUE(oui.ok());
  EXPECT_EQ(*oui, (names::Oui{0x00, 0x14, 0x05}));
  EXPECT_FALSE(names::parseOui("00:14").ok());
}

}  // namespace
