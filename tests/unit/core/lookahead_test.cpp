// core::Lookahead: it helps nobody it cannot, takes what it has room for, and changes nothing.
#include "isns-server/core/lookahead.h"

#include <gtest/gtest.h>

#include "shared/isns/message_writer.h"

namespace {

using core::Lookahead;
namespace tag = isns::tag;

struct LookaheadTest : testing::Test {
  core::Registry registry{1};
  core::Liveness liveness{base::TimePoint{}};
  Lookahead lookahead{registry, liveness};
  base::Bytes payload;

  isns::Message query(std::initializer_list<std::string_view> names) {
    payload.clear();
    isns::AttributeWriter writer(payload);
    for (std::string_view name : names) writer.text(tag::kIscsiName, name);
    writer.delimiter();
    isns::Message message;
    message.function = isns::idOf(isns::Function::DevAttrQry);
    message.payload = payload;
    return message;
  }
};

TEST_F(LookaheadTest, TakesQueriesUntilItsNamesAreUsedUpAndAgainAfterAFetch) {
  const isns::Message message = query({"iqn.2001-04.com.example:a", "iqn.2001-04.com.example:b"});
  for (int round = 0; round < 2; ++round) {
    std::size_t taken = 0;
    while (lookahead.expect(message)) ++taken;
    EXPECT_EQ(taken, Lookahead::kMaxNames / 2);
    lookahead.fetch();
  }
}

TEST_F(LookaheadTest, TakesWhatItDoesNotUnderstandWithoutRememberingIt) {
  isns::Message other = query({"iqn.2001-04.com.example:a"});
  other.function = isns::idOf(isns::Function::DevDereg);
  for (std::size_t i = 0; i < 2 * Lookahead::kMaxNames; ++i) EXPECT_TRUE(lookahead.expect(other));
}

TEST_F(LookaheadTest, TakesRegistrationsUntilTheirSourcesAreTooMany) {
  isns::Message message = query({"iqn.2001-04.com.example:a", "iqn.2001-04.com.example:b"});
  message.function = isns::idOf(isns::Function::DevAttrReg);
  std::size_t taken = 0;
  while (lookahead.expect(message)) ++taken;
  EXPECT_EQ(taken, Lookahead::kMaxNames - 1);
}

TEST_F(LookaheadTest, StopsAtATlvThatIsLongerThanItsMessage) {
  isns::Message message = query({"iqn.2001-04.com.example:a", "iqn.2001-04.com.example:b"});
  for (isns::Function function : {isns::Function::DevAttrQry, isns::Function::DevAttrReg}) {
    message.function = isns::idOf(function);
    for (std::size_t size = 0; size < payload.size(); ++size) {
      const base::Bytes cut(payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(size));
      message.payload = cut;
      EXPECT_TRUE(lookahead.expect(message));
      lookahead.fetch();
    }
  }
}

}  // namespace
