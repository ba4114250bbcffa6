#include "isns-server/session/repeated_requests.h"

#include <gtest/gtest.h>

#include "shared/isns/ip_text.h"

namespace {

using session::RepeatedRequests;

const isns::IpAddress kHost = isns::parseIp("192.0.2.1").value();
const isns::IpAddress kOther = isns::parseIp("192.0.2.2").value();

base::TimePoint at(int seconds) { return base::TimePoint{std::chrono::seconds(seconds)}; }
RepeatedRequests::Request from(const isns::IpAddress& address, std::uint16_t port, std::string_view bytes,
                               std::uint16_t transaction = 1) {
  return {address, port, transaction, base::asBytes(bytes)};
}
std::string answerTo(const RepeatedRequests& known, const RepeatedRequests::Request& request, base::TimePoint now) {
  const auto answer = known.answerTo(request, now);
  return answer ? std::string(base::asText(*answer)) : "new";
}

TEST(RepeatedRequests, OneThatIsUnderWayIsAnsweredOnce) {
  RepeatedRequests known;
  EXPECT_EQ(answerTo(known, from(kHost, 7, "create x"), at(0)), "new");
  known.begin(1, from(kHost, 7, "create x"), at(0));
  EXPECT_EQ(answerTo(known, from(kHost, 7, "create x"), at(100)), "") << "for as long as the store takes";
  known.answered(1, base::asBytes("done"), at(100));
  EXPECT_EQ(answerTo(known, from(kHost, 7, "create x"), at(109)), "done");
}

TEST(RepeatedRequests, AnotherAddressPortOrByteIsAnotherRequest) {
  RepeatedRequests known;
  known.begin(1, from(kHost, 7, "create x"), at(0));
  known.answered(1, base::asBytes("done"), at(0));
  EXPECT_EQ(answerTo(known, from(kOther, 7, "create x"), at(1)), "new");
  EXPECT_EQ(answerTo(known, from(kHost, 8, "create x"), at(1)), "new");
  EXPECT_EQ(answerTo(known, from(kHost, 7, "create y"), at(1)), "new");
}

TEST(RepeatedRequests, ATransactionIdThatIsUsedForAnotherRequestEndsTheFirst) {
  RepeatedRequests known;
  known.begin(1, from(kHost, 7, "create x"), at(0));
  known.answered(1, base::asBytes("done"), at(0));
  known.begin(2, from(kHost, 7, "remove x"), at(1));
  known.answered(2, base::asBytes("removed"), at(1));
  EXPECT_EQ(answerTo(known, from(kHost, 7, "create x"), at(2)), "new");
  EXPECT_EQ(answerTo(known, from(kHost, 7, "remove x"), at(2)), "removed");
  known.begin(3, from(kHost, 7, "create x"), at(2));
  known.begin(4, from(kHost, 7, "remove x", 2), at(2));
  EXPECT_EQ(answerTo(known, from(kHost, 7, "create x"), at(2)), "") << "of another transaction";
  known.begin(5, from(kHost, 7, "create y"), at(2));
  known.answered(3, base::asBytes("done"), at(2));
  EXPECT_EQ(answerTo(known, from(kHost, 7, "create y"), at(2)), "") << "the answer was to the one before";
  EXPECT_EQ(known.size(), 2U);
}

TEST(RepeatedRequests, SomeTimeAfterTheAnswerItIsDoneAgain) {
  RepeatedRequests known;
  known.begin(1, from(kHost, 7, "create x"), at(0));
  known.answered(1, base::asBytes("done"), at(5));
  EXPECT_EQ(answerTo(known, from(kHost, 7, "create x"), at(15)), "new");
  known.begin(2, from(kHost, 7, "create x"), at(15));
  known.answered(2, base::asBytes("once more"), at(16));
  EXPECT_EQ(answerTo(known, from(kHost, 7, "create x"), at(17)), "once more");
  EXPECT_EQ(known.size(), 1U);
}

TEST(RepeatedRequests, AnAnswerToNobodyIsNoMatter) {
  RepeatedRequests known;
  known.answered(9, base::asBytes("done"), at(0));
  EXPECT_EQ(known.size(), 0U);
}

TEST(RepeatedRequests, TheOldestAreForgottenBeyondTheBounds) {
  RepeatedRequests known;
  for (std::size_t i = 0; i <= RepeatedRequests::kMaxRequests; ++i) {
    known.begin(i, from(kHost, 7, std::to_string(i), static_cast<std::uint16_t>(i)), at(0));
  }
  EXPECT_EQ(known.size(), RepeatedRequests::kMaxRequests);
  EXPECT_EQ(answerTo(known, from(kHost, 7, "0", 0), at(0)), "new");
  known.answered(0, base::asBytes("too late"), at(0));
  EXPECT_EQ(answerTo(known, from(kHost, 7, "1"), at(0)), "");
  const std::string big(RepeatedRequests::kMaxBytes / 4, 'b');
  for (std::uint16_t port = 1; port <= 9; ++port) known.begin(10'000 + port, from(kOther, port, big), at(0));
  EXPECT_EQ(known.size(), 3U);
  EXPECT_EQ(answerTo(known, from(kOther, 9, big), at(0)), "");
}

}  // namespace
