// The link's thread and the loop that it tells.
#include "agent/management/https_link.h"

#include <gtest/gtest.h>

#include "tests/support/drive_until.h"

namespace {

using management::Answer;
using management::Ask;

// Nobody asks again before there is an answer: one that is lost would be waited for for ever.
TEST(HttpsLink, AnswersThroughAMailboxThatIsFull) {
  net::Loop loop(0);
  std::string why;
  management::HttpsLink link(loop, [&](Ask, const Answer& answer) { why = answer.why; });
  management::Send request;
  request.ask = Ask::Report;
  request.server = "127.0.0.1:1";  // where nobody listens
  request.method = "GET";
  request.path = "/x";
  request.patience = std::chrono::seconds(5);
  link.send(std::move(request));
  EXPECT_TRUE(support::driveUntil(loop, [&] { return !why.empty(); }));
}

}  // namespace
