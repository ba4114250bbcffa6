#include "shared/isns/message_writer.h"

#include <gtest/gtest.h>

#include "tests/unit/isns/pdus.h"

namespace {

using namespace isns_test;
using isns::MessageWriter;
namespace flag = isns::flag;

std::vector<isns::PduHeader> headersOf(base::ByteView bytes) {
  std::vector<isns::PduHeader> headers;
  while (!bytes.empty()) {
    headers.push_back(isns::loadPduHeader(bytes.data()));
    bytes = bytes.subspan(isns::kPduHeaderSize + headers.back().length);
  }
  return headers;
}

// A response whose payload has `size` bytes in all, each TLV with other bytes than the one before.
base::Bytes responseOfSize(std::size_t size, base::Bytes* payload) {
  base::Bytes out;
  auto writer = MessageWriter::response(out, isns::idOf(isns::Function::DevAttrQry), 3, isns::Status::Successful);
  for (std::uint8_t fill = 0; writer.payloadSize() < size; ++fill) {
    const std::size_t value = std::min<std::size_t>(size - writer.payloadSize() - isns::kTlvHeaderSize, 9000);
    const std::size_t left = size - writer.payloadSize() - isns::kTlvHeaderSize - value;
    writer.attributes().raw(300, base::Bytes(left > 0 && left < 8 ? value - 8 : value, fill));
  }
  EXPECT_EQ(writer.payloadSize(), size);
  *payload = {out.begin() + isns::kPduHeaderSize, out.end()};
  writer.finish();
  return out;
}

TEST(MessageWriter, WritesARequestOfOnePdu) {
  base::Bytes out = {1, 2, 3};
  auto writer = MessageWriter::request(out, isns::Function::DevAttrReg, 17, flag::kClient | flag::kReplace);
  writer.attributes().u32(isns::tag::kNodeType, 2);
  EXPECT_EQ(writer.payloadSize(), 12U);
  writer.finish();
  const isns::PduHeader h = isns::loadPduHeader(out.data() + 3);
  EXPECT_EQ(out.size(), 3 + isns::kPduHeaderSize + 12);
  EXPECT_EQ(h.version, isns::kVersion);
  EXPECT_EQ(h.function, 1);
  EXPECT_EQ(h.length, 12);
  EXPECT_EQ(h.flags, flag::kClient | flag::kReplace | flag::kFirst | flag::kLast);
  EXPECT_EQ(h.transactionId, 17);
  EXPECT_EQ(h.sequenceId, 0);
}

TEST(MessageWriter, BeginsAResponseWithItsStatus) {
  base::Bytes out;
  auto writer = MessageWriter::response(out, 0x0002, 5, isns::Status::Busy);
  writer.finish();
  EXPECT_EQ(isns::loadPduHeader(out.data()).function, 0x8002);
  EXPECT_EQ(isns::loadPduHeader(out.data()).flags, flag::kServer | flag::kFirst | flag::kLast);
  EXPECT_EQ(base::loadU32(out.data() + isns::kPduHeaderSize), 12U);
}

TEST(MessageWriter, ForgetsADiscardedMessage) {
  base::Bytes out = {9};
  auto writer = MessageWriter::request(out, isns::Function::DevAttrQry, 1);
  writer.attributes().delimiter();
  writer.discard();
  EXPECT_EQ(out, base::Bytes{9});
}

TEST(MessageWriter, CutsOnlyWhatDoesNotFitIntoOnePduAndLosesNothing) {
  constexpr std::size_t kMax = isns::kMaxPduPayload;
  for (const std::size_t size : {kMax - 4, kMax, kMax + 4, 2 * kMax - 4, 2 * kMax, 2 * kMax + 4, 5 * kMax + 400}) {
    base::Bytes payload;
    const base::Bytes bytes = responseOfSize(size, &payload);
    const auto headers = headersOf(bytes);
    ASSERT_EQ(headers.size(), (size + kMax - 1) / kMax) << size;
    for (std::size_t i = 0; i < headers.size(); ++i) {
      EXPECT_EQ(headers[i].sequenceId, i);
      EXPECT_EQ((headers[i].flags & flag::kFirst) != 0, i == 0);
      EXPECT_EQ((headers[i].flags & flag::kLast) != 0, i == headers.size() - 1);
      EXPECT_EQ(headers[i].length % 4, 0);
    }
    isns::MessageAssembler assembler({});
    KeepingSink sink;
    EXPECT_EQ(assembler.feed(bytes, sink), bytes.size());
    ASSERT_EQ(sink.messages.size(), 1U) << size;
    EXPECT_EQ(sink.messages[0].payload, payload) << size;
  }
}

TEST(MessageWriter, LeavesTheMessagesBeforeALongOneAlone) {
  base::Bytes out;
  auto first = MessageWriter::request(out, isns::Function::DevAttrQry, 1);
  first.finish();
  const base::Bytes before = out;
  auto second = MessageWriter::request(out, isns::Function::DevAttrReg, 2);
  const base::Bytes value(60000, 3);
  second.attributes().raw(300, value);
  second.attributes().raw(301, value);
  second.finish();
  EXPECT_TRUE(base::equal(base::ByteView(out).first(before.size()), before));
  EXPECT_EQ(headersOf(out).size(), 3U);
}

}  // namespace
