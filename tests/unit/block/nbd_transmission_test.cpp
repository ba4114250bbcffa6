// What a transmission makes of replies that come before their request has gone out.
#include "agent/block/nbd_transmission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace block {
namespace {

struct Command final : NbdCommand {
  void ended(nbd::Error error) override { errors.push_back(error); }
  std::vector<nbd::Error> errors;
};

base::Bytes simpleReply(const NbdCommand& command) {
  base::Bytes bytes;
  base::ByteWriter writer(bytes);
  writer.u32(nbd::kSimpleReplyMagic);
  writer.u32(0);
  writer.u64(base::loadU64(command.state.header.data() + 8));
  return bytes;
}

class NbdTransmissionTest : public testing::Test {
 protected:
  void SetUp() override {
    transmission_.begin(true);
    write_.command = nbd::Command::Write;
    write_.length = 1024;
    write_.zeroes = true;
    transmission_.start(write_);
  }
  NbdTransmission transmission_{2};
  Command write_;
};

TEST_F(NbdTransmissionTest, replyToARequestThatWasNotSentIsRefused) {
  transmission_.sent(nbd::kRequestSize - 1);
  const auto told = transmission_.onBytes(simpleReply(write_));
  ASSERT_FALSE(told);
  EXPECT_THAT(told.error().text, testing::HasSubstr("has not got"));
  EXPECT_TRUE(write_.errors.empty());
}

TEST_F(NbdTransmissionTest, writeThatIsAnsweredHalfSentEndsWhenItIsSent) {
  transmission_.sent(nbd::kRequestSize + 100);
  EXPECT_FALSE(transmission_.betweenCommands());
  ASSERT_TRUE(transmission_.onBytes(simpleReply(write_)));
  EXPECT_TRUE(write_.errors.empty()) << "its memory is still being sent";
  transmission_.sent(924);
  EXPECT_EQ(write_.errors, std::vector{nbd::Error::Ok});
  EXPECT_TRUE(transmission_.betweenCommands());
}

TEST_F(NbdTransmissionTest, secondReplyIsRefusedEvenWhereTheCommandHasNotEnded) {
  transmission_.sent(nbd::kRequestSize);
  ASSERT_TRUE(transmission_.onBytes(simpleReply(write_)));
  EXPECT_FALSE(transmission_.onBytes(simpleReply(write_)));
  transmission_.sent(1024);
  EXPECT_EQ(write_.errors.size(), 1U);
}

TEST_F(NbdTransmissionTest, whatIsOpenIsGivenBackInItsOrder) {
  Command second;
  second.command = nbd::Command::Flush;
  transmission_.start(second);
  EXPECT_TRUE(transmission_.full());
  IntrusiveQueue<NbdCommand> open;
  transmission_.takeOpen(open);
  EXPECT_EQ(open.pop(), &write_);
  EXPECT_EQ(open.pop(), &second);
  EXPECT_EQ(transmission_.open(), 0U);
  EXPECT_TRUE(write_.errors.empty() && second.errors.empty());
}

}  // namespace
}  // namespace block
