#include "shared/names/entity_id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using ::testing::HasSubstr;

std::string normal(std::string_view in) {
  std::string scratch;
  const auto result = names::normaliseEntityId(in, scratch);
  return result ? std::string(*result) : "error: " + result.error().text;
}

TEST(EntityId, FoldsCaseByNameprep) {
  EXPECT_EQ(normal("Storage1.Example.COM"), "storage1.example.com");
  EXPECT_EQ(normal("host:owner"), "host:owner");
  EXPECT_EQ(normal("a_b/c (d)"), "a_b/c (d)");
  EXPECT_EQ(normal("B\xc3\xbc"
                   "cher"),
            "b\xc3\xbc"
            "cher");
}

TEST(EntityId, RefusesControlCharactersAndProhibitedUnicode) {
  EXPECT_THAT(normal("a\nb"), HasSubstr("U+000A at byte 2"));
  EXPECT_THAT(normal(std::string_view("a\0b", 3)), HasSubstr("U+0000 at byte 2"));
  EXPECT_THAT(normal("a\x7f"), HasSubstr("U+007F at byte 2"));
  EXPECT_THAT(normal("a\xe2\x80\xa8"), HasSubstr("U+2028 at byte 2"));
}

TEST(EntityId, HoldsUpTo255Bytes) {
  EXPECT_EQ(normal(std::string(255, 'a')).size(), 255U);
  EXPECT_THAT(normal(std::string(256, 'a')), HasSubstr("longer than 255 bytes"));
  EXPECT_THAT(normal(""), HasSubstr("empty"));
}

}  // namespace
