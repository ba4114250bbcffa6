#include "shared/isns/client_session.h"

#include <gtest/gtest.h>

#include "shared/isns/message_writer.h"

namespace {

using isns::Answer;
using isns::ClientSession;
using isns::ClientSettings;
using isns::Function;
using isns::NoAnswer;
using isns::Silence;
using std::chrono::milliseconds;
using std::chrono::seconds;
namespace tag = isns::tag;

constexpr base::Now at(std::chrono::milliseconds since) {
  return {base::TimePoint(since), base::WallTime(std::chrono::duration_cast<seconds>(since))};
}
const base::Now kStart = at(seconds(1000));

ClientSettings settings(isns::Transport transport = isns::Transport::Stream) {
  ClientSettings settings;
  settings.transport = transport;
  settings.source = isns::nodeKey("iqn.2001-04.com.example:me");
  return settings;
}

const isns::Request kQuery = isns::query(isns::nodeKey("iqn.2001-04.com.example:a"), {});

isns::PduHeader headerOf(const base::Bytes& message) { return isns::loadPduHeader(message.data()); }

base::Bytes answerTo(Function function, std::uint16_t transaction, std::uint32_t alias = 0) {
  base::Bytes bytes;
  auto writer = isns::MessageWriter::response(bytes, isns::idOf(function), transaction, isns::Status::Successful);
  writer.attributes().delimiter();
  if (alias != 0) writer.attributes().u32(tag::kNodeIndex, alias);
  writer.finish();
  return bytes;
}

base::Bytes scnMessage(std::uint16_t transaction, std::uint16_t flags = isns::flag::kServer) {
  base::Bytes bytes;
  auto writer = isns::MessageWriter::request(bytes, Function::SCN, transaction, flags);
  writer.attributes().text(tag::kIscsiName, "iqn.2001-04.com.example:me");
  writer.attributes().u64(tag::kTimestamp, 7);
  writer.attributes().u32(tag::kScnBitmap, isns::scn::kObjectAdded);
  writer.attributes().text(tag::kIscsiName, "iqn.2001-04.com.example:a");
  writer.finish();
  return bytes;
}

template <class Event>
Event only(ClientSession& session) {
  auto events = session.takeEvents();
  EXPECT_EQ(events.size(), 1U);
  return events.empty() || !std::holds_alternative<Event>(events[0]) ? (ADD_FAILURE() << "another event", Event{})
                                                                     : std::get<Event>(events[0]);
}

TEST(ClientSession, SendsSourceKeyDelimiterAndOperatingAttributesInOnePdu) {
  ClientSession session(settings());
  const isns::Tag wanted[] = {tag::kAlias};
  ASSERT_EQ(*session.send(isns::query(isns::nodeKey("a"), wanted), kStart), 1);
  const auto output = session.takeOutput();
  ASSERT_EQ(output.size(), 1U);
  const isns::PduHeader header = headerOf(output[0]);
  EXPECT_EQ(header.function, 2);
  EXPECT_EQ(header.flags, isns::flag::kClient | isns::flag::kFirst | isns::flag::kLast);
  EXPECT_EQ(header.transactionId, 1);
  const auto attributes = isns::readAttributes(base::ByteView(output[0]).subspan(isns::kPduHeaderSize));
  ASSERT_TRUE(attributes);
  ASSERT_EQ(attributes->size(), 4U);
  EXPECT_EQ((*attributes)[0].text(), "iqn.2001-04.com.example:me");
  EXPECT_EQ((*attributes)[1].text(), "a");
  EXPECT_EQ((*attributes)[2].tag, tag::kDelimiter);
  EXPECT_EQ((*attributes)[3].tag, tag::kAlias);
}

TEST(ClientSession, PrefersTheSourceOfTheRequest) {
  ClientSession session(settings());
  ASSERT_TRUE(session.send(isns::releaseDomainId(isns::entityKey("gateway"), "fabric", 1), kStart));
  const auto output = session.takeOutput();
  EXPECT_EQ((*isns::readAttributes(base::ByteView(output[0]).subspan(isns::kPduHeaderSize)))[0].tag, tag::kEntityId);
}

TEST(ClientSession, SetsTheReplaceFlagOfARegistration) {
  ClientSession session(settings());
  isns::Request request{.function = Function::DevAttrReg, .replace = true};
  ASSERT_TRUE(session.send(request, kStart));
  EXPECT_NE(headerOf(session.takeOutput()[0]).flags & isns::flag::kReplace, 0);
}

TEST(ClientSession, MatchesAnswersThatComeInAnotherOrderAndInPieces) {
  ClientSession session(settings());
  ASSERT_EQ(*session.send(kQuery, kStart), 1);
  ASSERT_EQ(*session.send(kQuery, kStart), 2);
  base::Bytes bytes = answerTo(Function::DevAttrQry, 2, 22);
  const base::Bytes other = answerTo(Function::DevAttrQry, 1, 11);
  bytes.insert(bytes.end(), other.begin(), other.end());
  const std::size_t cut = bytes.size() - 5;
  const std::size_t used = session.onBytes(base::ByteView(bytes).first(cut), kStart);
  EXPECT_EQ(used, bytes.size() - other.size());
  auto events = session.takeEvents();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(std::get<Answer>(events[0]).transaction, 2);
  EXPECT_EQ(std::get<Answer>(events[0]).response.find(tag::kNodeIndex)->u32(), 22U);
  EXPECT_EQ(session.onBytes(base::ByteView(bytes).subspan(used), kStart), other.size());
  EXPECT_EQ(only<Answer>(session).transaction, 1);
  EXPECT_EQ(session.outstanding(), 0U);
  EXPECT_EQ(session.nextDeadline(), base::kNever);
}

TEST(ClientSession, PutsAnAnswerOfSeveralPdusTogether) {
  ClientSession session(settings());
  ASSERT_TRUE(session.send(kQuery, kStart));
  base::Bytes bytes;
  auto writer = isns::MessageWriter::response(bytes, 2, 1, isns::Status::Successful);
  writer.attributes().delimiter();
  constexpr std::uint32_t kObjects = 20000;
  for (std::uint32_t i = 1; i <= kObjects; ++i) writer.attributes().u32(tag::kNodeIndex, i);
  writer.finish();
  for (std::size_t used = 0; used < bytes.size();) {
    const std::size_t some = std::min<std::size_t>(used + 70000, bytes.size());
    const std::size_t now = session.onBytes(base::ByteView(bytes).subspan(used, some - used), kStart);
    ASSERT_GT(now, 0U);
    used += now;
  }
  const Answer answer = only<Answer>(session);
  ASSERT_EQ(answer.response.operating.size(), kObjects);
  EXPECT_EQ(answer.response.operating.back().u32(), kObjects);
}

TEST(ClientSession, IgnoresAnswersToNothingAndAnswersOfAnotherFunction) {
  ClientSession session(settings());
  ASSERT_EQ(*session.send(kQuery, kStart), 1);
  session.onBytes(answerTo(Function::DevAttrQry, 9), kStart);
  session.onBytes(answerTo(Function::DevDereg, 1), kStart);
  EXPECT_TRUE(session.takeEvents().empty());
  EXPECT_EQ(session.outstanding(), 1U);
}

TEST(ClientSession, SaysThatAnAnswerIsMalformed) {
  ClientSession session(settings());
  ASSERT_TRUE(session.send(kQuery, kStart));
  base::Bytes bytes = answerTo(Function::DevAttrQry, 1);
  base::storeU32(bytes.data() + bytes.size() - 4, 400);  // the delimiter's length
  session.onBytes(bytes, kStart);
  EXPECT_EQ(only<NoAnswer>(session).why, Silence::Malformed);
}

TEST(ClientSession, ReportsAStreamThatIsNoIsnsAsBroken) {
  ClientSession session(settings());
  ASSERT_TRUE(session.send(kQuery, kStart));
  session.onBytes(base::asBytes("HTTP/1.1 400 Bad Request\r\n\r\n"), kStart);
  only<isns::SessionBroken>(session);
}

TEST(ClientSession, GivesUpAfterTheTimeout) {
  ClientSession session(settings());
  ASSERT_TRUE(session.send(kQuery, kStart));
  EXPECT_EQ(session.nextDeadline(), kStart.mono + seconds(5));
  session.onTimer(at(seconds(1004)));
  EXPECT_TRUE(session.takeEvents().empty());
  session.onTimer(at(seconds(1005)));
  EXPECT_EQ(only<NoAnswer>(session).why, Silence::Timeout);
  session.onBytes(answerTo(Function::DevAttrQry, 1), at(seconds(1006)));
  EXPECT_TRUE(session.takeEvents().empty()) << "a late answer";
}

TEST(ClientSession, GivesUpEverythingWhenTheConnectionCloses) {
  ClientSession session(settings());
  ASSERT_TRUE(session.send(kQuery, kStart));
  ASSERT_TRUE(session.send(kQuery, kStart));
  session.onClosed();
  const auto events = session.takeEvents();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(std::get<NoAnswer>(events[1]).why, Silence::Closed);
}

TEST(ClientSession, RepeatsADatagramWithTheSameIdAtGrowingIntervals) {
  ClientSession session(settings(isns::Transport::Datagram));
  ASSERT_TRUE(session.send(kQuery, kStart));
  const auto first = session.takeOutput();
  session.onTimer(at(milliseconds(1000999)));
  EXPECT_TRUE(session.takeOutput().empty());
  session.onTimer(at(seconds(1001)));
  EXPECT_EQ(session.takeOutput(), first);
  session.onTimer(at(seconds(1002)));
  EXPECT_TRUE(session.takeOutput().empty()) << "the second time two seconds later";
  session.onTimer(at(seconds(1003)));
  EXPECT_EQ(session.takeOutput(), first);
  session.onDatagram(answerTo(Function::DevAttrQry, 1), at(seconds(1004)));
  EXPECT_EQ(only<Answer>(session).transaction, 1);
}

TEST(ClientSession, NeverRepeatsOnAStream) {
  ClientSession session(settings());
  ASSERT_TRUE(session.send(kQuery, kStart));
  (void)session.takeOutput();
  session.onTimer(at(seconds(1004)));
  EXPECT_TRUE(session.takeOutput().empty());
}

TEST(ClientSession, RefusesARequestThatIsTooLongForADatagram) {
  ClientSession session(settings(isns::Transport::Datagram));
  isns::Request request = kQuery;
  request.operating.resize(65480 / 8 * 8);
  EXPECT_FALSE(session.send(request, kStart));
  EXPECT_EQ(session.outstanding(), 0U);
  EXPECT_TRUE(session.takeOutput().empty());
}

TEST(ClientSession, KeepsItsTransactionIdsBelowThoseOfServersAndSkipsThoseInUse) {
  ClientSession session(settings());
  ASSERT_EQ(*session.send(kQuery, kStart), 1);
  for (std::uint32_t i = 2; i <= ClientSession::kLastTransaction; ++i) {
    const auto transaction = session.send(kQuery, kStart);
    ASSERT_EQ(*transaction, i);
    session.onBytes(answerTo(Function::DevAttrQry, *transaction), kStart);
    (void)session.takeOutput();
    (void)session.takeEvents();
  }
  EXPECT_EQ(*session.send(kQuery, kStart), 2) << "1 is outstanding";
}

TEST(ClientSession, RefusesMoreRequestsThanItsBound) {
  ClientSession session(settings());
  for (std::size_t i = 0; i < ClientSession::kMaxOutstanding; ++i) ASSERT_TRUE(session.send(kQuery, kStart));
  EXPECT_FALSE(session.send(kQuery, kStart));
}

TEST(ClientSession, AnswersAnScnWithItsDestinationAndTellsItOnce) {
  ClientSession session(settings());
  // open-isns marks its own messages as a client's.
  const base::Bytes message = scnMessage(0x8001, isns::flag::kClient);
  session.onBytes(message, kStart);
  const auto scn = only<isns::ScnReceived>(session);
  ASSERT_EQ(scn.notice.events.size(), 1U);
  const auto first = session.takeOutput();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(headerOf(first[0]).function, 0x8008);
  EXPECT_EQ(headerOf(first[0]).transactionId, 0x8001);
  EXPECT_EQ(headerOf(first[0]).flags & (isns::flag::kClient | isns::flag::kServer), isns::flag::kClient);
  const auto answer = isns::readResponse(base::ByteView(first[0]).subspan(isns::kPduHeaderSize));
  EXPECT_TRUE(answer->ok());
  EXPECT_EQ(answer->operating.at(0).text(), "iqn.2001-04.com.example:me");

  session.onBytes(message, kStart);
  EXPECT_EQ(session.takeOutput(), first) << "the server has missed the answer";
  EXPECT_TRUE(session.takeEvents().empty());
  session.onBytes(scnMessage(0x8002), kStart);
  only<isns::ScnReceived>(session);
}

TEST(ClientSession, RefusesAnScnWhoseDestinationNoPduCouldRepeat) {
  ClientSession session(settings());
  base::Bytes message;
  auto writer = isns::MessageWriter::request(message, Function::SCN, 0x8001, isns::flag::kServer);
  writer.attributes().raw(tag::kIscsiName, base::Bytes(5));
  writer.attributes().u32(tag::kScnBitmap, isns::scn::kObjectAdded);
  writer.attributes().raw(tag::kIscsiName, base::Bytes(7));
  writer.finish();
  ASSERT_EQ(headerOf(message).length % 4, 0);
  session.onBytes(message, kStart);
  EXPECT_TRUE(session.takeEvents().empty());
  const auto output = session.takeOutput();
  ASSERT_EQ(output.size(), 1U);
  EXPECT_EQ(headerOf(output[0]).length, 4);
  EXPECT_EQ(base::loadU32(output[0].data() + isns::kPduHeaderSize),
            static_cast<std::uint32_t>(isns::Status::MessageFormatError));
}

TEST(ClientSession, AnswersAnEsiWithItsAttributes) {
  ClientSession session(settings(isns::Transport::Datagram));
  base::Bytes message;
  auto writer = isns::MessageWriter::request(message, Function::ESI, 0x8005, isns::flag::kServer);
  writer.attributes().u64(tag::kTimestamp, 7);
  writer.attributes().text(tag::kEntityId, "host");
  writer.finish();
  session.onDatagram(message, kStart);
  EXPECT_EQ(only<isns::EsiReceived>(session).notice.eid, "host");
  const auto output = session.takeOutput();
  ASSERT_EQ(output.size(), 1U);
  EXPECT_EQ(headerOf(output[0]).function, 0x800d);
  EXPECT_EQ(base::Bytes(output[0].begin() + isns::kPduHeaderSize + 4, output[0].end()),
            base::Bytes(message.begin() + isns::kPduHeaderSize, message.end()));
}

TEST(ClientSession, DoesNotAnswerAnEsiThatLeavesNoRoomForTheStatusInADatagram) {
  constexpr std::size_t kMaxDatagram = 65507;
  base::Bytes message;
  auto writer = isns::MessageWriter::request(message, Function::ESI, 0x8005, isns::flag::kServer);
  writer.attributes().u64(tag::kTimestamp, 7);
  writer.attributes().raw(tag::kEntityId, base::Bytes(65468, 'h'));
  writer.finish();
  ASSERT_LE(message.size(), kMaxDatagram);
  ASSERT_GT(message.size() + 4, kMaxDatagram);
  ClientSession datagrams(settings(isns::Transport::Datagram));
  datagrams.onDatagram(message, kStart);
  EXPECT_TRUE(datagrams.takeOutput().empty());
  ClientSession stream(settings());
  stream.onBytes(message, kStart);
  EXPECT_EQ(stream.takeOutput().size(), 1U);
}

TEST(ClientSession, RefusesOtherRequestsOfTheServer) {
  ClientSession session(settings());
  base::Bytes message;
  auto writer = isns::MessageWriter::request(message, Function::DevAttrQry, 0x8005, isns::flag::kServer);
  writer.finish();
  session.onBytes(message, kStart);
  const auto output = session.takeOutput();
  ASSERT_EQ(output.size(), 1U);
  EXPECT_EQ(base::loadU32(output[0].data() + isns::kPduHeaderSize), 15U);
  EXPECT_TRUE(session.takeEvents().empty());
}

TEST(ClientSession, SignsRequestsAndAnswers) {
  ClientSettings with = settings();
  with.signer = [](base::Bytes& message, base::WallTime now) -> base::Status {
    message.push_back(static_cast<std::uint8_t>(now.time_since_epoch().count() & 0xff));
    return {};
  };
  ClientSession session(with);
  ASSERT_TRUE(session.send(kQuery, kStart));
  session.onBytes(scnMessage(0x8001), kStart);
  const auto output = session.takeOutput();
  ASSERT_EQ(output.size(), 2U);
  EXPECT_EQ(output[0].back(), 1000 & 0xff);
  EXPECT_EQ(output[1].back(), 1000 & 0xff);
}

TEST(ClientSession, FailsToSendWhatItCannotSign) {
  ClientSettings with = settings();
  with.signer = [](base::Bytes&, base::WallTime) -> base::Status { return base::fail("no key"); };
  ClientSession session(with);
  EXPECT_FALSE(session.send(kQuery, kStart));
  EXPECT_EQ(session.outstanding(), 0U);
}

}  // namespace
