// The link's thread and the loop that it tells.
#include "agent/management/https_link.h"

#include <gtest/gtest.h>

#include "tests/support/drive_until.h"

namespace {

using management::Answer;
using management::Ask;

management::Send requestOf(Ask ask) {
  management::Send request;
  request.ask = ask;
  request.server = "127.0.0.1:1";  // where nobody listens
  request.method = "GET";
  request.path = "/x";
  request.patience = std::chrono::seconds(5);
  return request;
}

// Nobody asks again before there is an answer: one that is lost would be waited for for ever.
TEST(HttpsLink, AnswersThroughAMailboxThatIsFull) {
  net::Loop loop(0);
  std::string why;
  management::HttpsLink link(loop, [&](Ask, const Answer& answer) { why = answer.why; });
  link.send(requestOf(Ask::Report));
  EXPECT_TRUE(support::driveUntil(loop, [&] { return !why.empty(); }));
}

// The thread has something to do before it takes the other identity, and more orders come meanwhile; how many come
// first moves the moment of the last one.
TEST(HttpsLink, AnOrderBesideAnotherIdentityIsCarriedOutAtOnce) {
  net::Loop loop;
  int answers = 0;
  management::HttpsLink link(loop, [&](Ask ask, const Answer&) { answers += ask == Ask::Report ? 1 : 0; });
  constexpr int kRounds = 500;
  for (int round = 0; round < kRounds; ++round) {
    for (int i = 0; i < 3; ++i) link.send(requestOf(Ask::Desired));
    link.setIdentity(nullptr);
    const auto last = base::MonotonicClock::now() + std::chrono::microseconds(20 * (round % 100));
    while (base::MonotonicClock::now() < last) link.cancel(Ask::Renew);
    link.send(requestOf(Ask::Report));
    ASSERT_TRUE(support::driveUntil(
        loop, [&] { return answers > round; }, std::chrono::seconds(5)))
        << round;
  }
}

}  // namespace
