// Writes and reads between the two ends, over all combinations of the keys: all bytes exactly once, or the right fault.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <ostream>

#include <vector>

#include "agent/iscsi/data_in_receiver.h"
#include "agent/iscsi/data_in_sender.h"
#include "agent/iscsi/data_out_receiver.h"
#include "agent/iscsi/data_out_sender.h"

#include "tests/unit/iscsi/random.h"
#include "tests/unit/iscsi/recovering_initiator.h"

namespace {

using iscsi::DataInFault;
using iscsi::DataInPdu;
using iscsi::DataInReceiver;
using iscsi::DataInSender;
using iscsi::DataOutFault;
using iscsi::DataOutPdu;
using iscsi::DataOutReceiver;
using iscsi::DataOutSender;
using iscsi::kReservedTag;
using iscsi::R2tFault;
using iscsi::ReadyToTransfer;
using iscsi::SnackVerdict;
using iscsi::TransferParameters;
using iscsi_test::InputSequence;
using iscsi_test::ReadFault;
using iscsi_test::RecoveringRead;

// What the keys may be, and what the connection does.
struct Combination {
  bool initialR2t, immediateData, dataPduInOrder, dataSequenceInOrder, recovery;
  std::uint16_t maxOutstandingR2t;
};
void PrintTo(const Combination& c, std::ostream* out) {
  *out << "InitialR2T " << c.initialR2t << " ImmediateData " << c.immediateData << " PDUInOrder " << c.dataPduInOrder
       << " SequenceInOrder " << c.dataSequenceInOrder << " recovery " << c.recovery << " R2Ts " << c.maxOutstandingR2t;
}

std::vector<Combination> allCombinations() {
  std::vector<Combination> all;
  for (unsigned bits = 0; bits < 32; ++bits) {
    const auto bit = [&](unsigned n) { return ((bits >> n) & 1U) != 0; };
    for (const std::uint16_t r2ts : {std::uint16_t{1}, std::uint16_t{3}}) {
      if (bit(4) && bit(3) && r2ts > 1) continue;  // MUST be 1 (13.19)
      all.push_back({bit(0), bit(1), bit(2), bit(3), bit(4), r2ts});
    }
  }
  return all;
}

TransferParameters parametersOf(const Combination& c, iscsi_test::Random& random) {
  TransferParameters p;
  p.initialR2t = c.initialR2t;
  p.immediateData = c.immediateData;
  p.dataPduInOrder = c.dataPduInOrder;
  p.dataSequenceInOrder = c.dataSequenceInOrder;
  p.errorRecoveryLevel = c.recovery ? static_cast<std::uint8_t>(1 + random() % 2) : std::uint8_t{0};
  p.maxOutstandingR2t = c.maxOutstandingR2t;
  p.maxDataSegmentLength = 16 + random() % 200;
  p.maxBurstLength = 64 + random() % 600;
  p.firstBurstLength = 32 + random() % (p.maxBurstLength - 31);
  return p;
}

enum class Trouble { None, Loss, BadPdu };

// One write: the initiator's sender, the target's receiver, and a connection that keeps the order.
class WriteSimulation {
 public:
  WriteSimulation(const Combination& c, Trouble trouble, std::uint32_t seed)
      : random_(seed),
        parameters_(parametersOf(c, random_)),
        trouble_(trouble),
        expected_(random_() % 3000),
        wanted_(random_() % 4 == 0 ? random_() % 3000 : expected_),
        sender_(expected_, parameters_),
        written_(expected_, 0),
        badAt_(trouble == Trouble::BadPdu ? random_() % 6 : 0xffffffff) {}

  void run() {
    const DataOutFault fault =
        receiver_.begin({expected_, wanted_, sender_.immediateLength(), sender_.commandFinal()}, parameters_);
    ASSERT_EQ(fault, DataOutFault::None);
    place(0, std::min({sender_.immediateLength(), wanted_, expected_}), sender_.immediateLength());
    for (int step = 0; !ended(); ++step) {
      ASSERT_LT(step, 20000) << "it hangs";
      if (!this->step()) silence();
      if (testing::Test::HasFatalFailure()) return;
    }
    check();
  }

 private:
  [[nodiscard]] bool ended() const { return receiver_.complete() || (receiver_.failed() && receiver_.quiet()); }
  [[nodiscard]] bool loses() { return trouble_ == Trouble::Loss && random_() % 6 == 0; }

  void place(std::uint32_t offset, std::uint32_t keep, std::uint32_t length) {
    ASSERT_LE(keep, length);
    if (keep == 0) return;
    ASSERT_LE(std::uint64_t{offset} + keep, std::min(wanted_, expected_));
    for (std::uint32_t i = 0; i < keep; ++i) ASSERT_EQ(written_[offset + i]++, 0) << "twice: " << offset + i;
  }

  // One thing that may happen, by chance. False: nothing could.
  bool step() {
    std::vector<int> moves;
    if (receiver_.wantsR2t()) moves.push_back(0);
    if (!r2ts_.empty()) moves.push_back(1);
    if (!sender_.idle() || !sequence_.empty()) moves.push_back(2);
    if (!pdus_.empty()) moves.push_back(3);
    if (moves.empty()) return false;
    switch (moves[random_() % moves.size()]) {
      case 0:
        if (const auto r2t = receiver_.nextR2t(nextTag_++, r2tSn_)) {
          open_.push_back(r2t->targetTransferTag);
          if (!loses()) r2ts_.push_back(*r2t);
        }
        break;
      case 1:
        takeR2t();
        break;
      case 2:
        send();
        break;
      default:
        arrive();
        break;
    }
    return true;
  }

  void takeR2t() {
    const ReadyToTransfer r2t = r2ts_.front();
    r2ts_.pop_front();
    const auto arrival = input_.received(r2t.r2tSn);
    if (arrival == InputSequence::Arrival::Duplicate) return;
    ASSERT_NE(arrival, InputSequence::Arrival::TooFar);
    ASSERT_LE(std::uint64_t{r2t.bufferOffset} + r2t.length, std::min(wanted_, expected_));
    ASSERT_EQ(sender_.onR2t(r2t), R2tFault::None);
    // An R2T SNACK for what was lost, at times: the target may have replaced it meanwhile.
    if (const auto hole = input_.firstHole(); hole && random_() % 2 == 0) {
      if (const auto again = receiver_.findR2t(hole->begin)) r2ts_.push_back(*again);
    }
  }

  // Takes PDUs of a sequence from the sender; where the order is free, their places are exchanged.
  void send() {
    if (sequence_.empty()) {
      while (const auto pdu = sender_.next()) {
        sequence_.push_back(*pdu);
        if (pdu->final) break;
      }
      if (!parameters_.dataPduInOrder) {
        std::vector<std::pair<std::uint32_t, std::uint32_t>> places;
        for (const DataOutPdu& pdu : sequence_) places.emplace_back(pdu.bufferOffset, pdu.length);
        std::shuffle(places.begin(), places.end(), random_);
        for (std::size_t i = 0; i < places.size(); ++i) {
          sequence_[i].bufferOffset = places[i].first;
          sequence_[i].length = places[i].second;
        }
      }
      if (random_() % 8 == 0 && empty_++ < 10) sequence_.insert(sequence_.begin(), emptyBefore(sequence_.front()));
    }
    pdus_.push_back(sequence_.front());
    sequence_.pop_front();
    if (sent_++ == badAt_) spoil(pdus_.back());
  }

  // A PDU without data in front; those behind count on.
  DataOutPdu emptyBefore(const DataOutPdu& first) {
    for (DataOutPdu& pdu : sequence_) ++pdu.dataSn;
    return {first.targetTransferTag, 0, first.bufferOffset, 0, false};
  }

  void spoil(DataOutPdu& pdu) {
    switch (random_() % 5) {
      case 0:
        pdu.dataSn += 1 + random_() % 5;
        break;
      case 1:
        pdu.dataSn -= 1;
        break;
      case 2:
        pdu.bufferOffset += 4 * (1 + random_() % 100);
        break;
      case 3:
        pdu.length += 4;
        break;
      default:
        pdu.final = !pdu.final;
        break;
    }
    spoiled_ = true;
  }

  void arrive() {
    const DataOutPdu pdu = pdus_.front();
    pdus_.pop_front();
    if (loses()) {
      if (random_() % 2 == 0) receiver_.damaged(pdu);
      return;
    }
    const auto placement = receiver_.check(pdu);
    ASSERT_EQ(receiver_.received(pdu), placement.fault);
    ASSERT_TRUE(placement.fault == DataOutFault::None || trouble_ != Trouble::None);
    ASSERT_TRUE(placement.fault == DataOutFault::None || placement.keep == 0);
    place(placement.offset, placement.keep, pdu.length);
  }

  // Nothing moves: the target's timer for sequences that do not come.
  void silence() {
    if (trouble_ == Trouble::None) FAIL() << "it waits for nothing";
    receiver_.sequenceTimedOut(kReservedTag);
    for (const std::uint32_t tag : open_) receiver_.sequenceTimedOut(tag);
    open_.clear();
  }

  void check() {
    const bool mayFail = (trouble_ == Trouble::Loss && parameters_.errorRecoveryLevel == 0) || spoiled_;
    if (receiver_.failed()) {
      ASSERT_TRUE(mayFail) << iscsi::dataOutFaultRow(receiver_.fault()).name;
      // Where a whole sequence is lost, the next one comes before its turn.
      const bool tellsLoss =
          receiver_.fault() == DataOutFault::Lost || receiver_.fault() == DataOutFault::SequenceOrder;
      ASSERT_TRUE(tellsLoss || spoiled_) << iscsi::dataOutFaultRow(receiver_.fault()).name;
      return;
    }
    for (std::uint32_t i = 0; i < expected_; ++i) ASSERT_EQ(written_[i], i < wanted_ ? 1 : 0) << i;
  }

  iscsi_test::Random random_;
  TransferParameters parameters_;
  Trouble trouble_;
  std::uint32_t expected_;
  std::uint32_t wanted_;
  DataOutSender sender_;
  DataOutReceiver receiver_;
  InputSequence input_;
  std::vector<int> written_;
  std::deque<ReadyToTransfer> r2ts_;  // on their way to the initiator
  std::deque<DataOutPdu> sequence_;   // taken from the sender, not sent
  std::deque<DataOutPdu> pdus_;       // on their way to the target
  std::vector<std::uint32_t> open_;
  std::uint32_t nextTag_ = 1;
  std::uint32_t r2tSn_ = 0;
  std::uint32_t sent_ = 0;
  std::uint32_t badAt_;
  std::uint32_t empty_ = 0;
  bool spoiled_ = false;
};

class Transfer : public testing::TestWithParam<Combination> {
 protected:
  static constexpr std::uint32_t kSeeds = 120;

  void writes(Trouble trouble) {
    for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
      WriteSimulation(GetParam(), trouble, seed).run();
      if (HasFatalFailure()) FAIL() << "seed " << seed;
    }
  }
};

TEST_P(Transfer, WritesAllBytesExactlyOnce) { writes(Trouble::None); }
TEST_P(Transfer, WritesAllBytesExactlyOnceOrTellsTheLoss) { writes(Trouble::Loss); }
TEST_P(Transfer, NeverWritesAByteTwiceOrOutOfPlaceWhateverAPduSays) { writes(Trouble::BadPdu); }

// One read, with R2Ts between its numbers where it is bidirectional.
class ReadSimulation {
 public:
  ReadSimulation(const Combination& c, Trouble trouble, std::uint32_t seed)
      : random_(seed),
        parameters_(parametersOf(c, random_)),
        trouble_(trouble),
        length_(random_() % 5000),
        bidirectional_(random_() % 4 == 0),
        good_(random_() % 2 == 0) {
    sender_.begin(length_, parameters_, bidirectional_);
    const std::uint32_t room = length_ + random_() % 100;
    receiver_.begin(room, parameters_, bidirectional_);
    plain_.begin(room, parameters_, bidirectional_);
    read_.assign(length_, 0);
  }

  void run() {
    for (int step = 0; !receiver_.complete(); ++step) {
      ASSERT_LT(step, 20000) << "it hangs";
      if (lost_) break;
      sendSome();
      if (testing::Test::HasFatalFailure()) return;
      if (!lost_) recover();
    }
    if (lost_) {
      ASSERT_EQ(trouble_, Trouble::Loss);
      ASSERT_EQ(parameters_.errorRecoveryLevel, 0);
      return;
    }
    for (std::uint32_t i = 0; i < length_; ++i) ASSERT_EQ(read_[i], 1) << i;
  }

 private:
  [[nodiscard]] bool loses() { return trouble_ == Trouble::Loss && random_() % 6 == 0; }

  void sendSome() {
    for (std::uint32_t budget = 1 + random_() % 5; budget > 0 && !sender_.done(); --budget) {
      if (bidirectional_ && random_() % 6 == 0 && r2ts_.size() < 8) {
        r2ts_.push_back(dataSn_);
        arriveR2t(dataSn_++);
      }
      if (const auto pdu = sender_.next(dataSn_, DataInSender::kAllReady, good_)) arrive(*pdu);
      if (lost_ || testing::Test::HasFatalFailure()) return;
    }
    if (sender_.done() && !responded_ && !sender_.statusSent()) {
      responded_ = true;
      note(receiver_.response(sender_.pdusSent()), plain_.response(sender_.pdusSent()));
    }
  }

  void note(ReadFault fault, DataInFault plain) {
    ASSERT_NE(fault, ReadFault::Wrong);
    const bool inOrder = parameters_.dataPduInOrder && parameters_.dataSequenceInOrder;
    if (inOrder && parameters_.errorRecoveryLevel == 0 && !lost_) {
      ASSERT_EQ(plain, fault == ReadFault::Lost ? DataInFault::Lost : DataInFault::None);
    }
    if (fault == ReadFault::Lost) lost_ = true;
  }
  void arriveR2t(std::uint32_t r2tSn) {
    if (!loses()) note(receiver_.r2t(r2tSn), plain_.r2t(r2tSn));
  }
  void arrive(const DataInPdu& pdu) {
    ASSERT_LE(pdu.length, parameters_.maxDataSegmentLength);
    if (loses()) {
      if (random_() % 2 == 0) note(receiver_.damaged(pdu), DataInFault::Lost);
      return;
    }
    const ReadFault fault = receiver_.received(pdu);
    note(fault, plain_.received(pdu));
    if (fault != ReadFault::None) return;
    for (std::uint32_t i = 0; i < pdu.length; ++i) ASSERT_EQ(read_[pdu.bufferOffset + i]++, 0);
  }

  void recover() {
    if (const auto acknowledge = receiver_.dataAck(); acknowledge && random_() % 3 != 0) {
      receiver_.dataAckSent();
      ASSERT_TRUE(sender_.acknowledge(*acknowledge, dataSn_));
    }
    if (const auto run = receiver_.snack(); run && random_() % 3 != 0) {
      const auto answer = sender_.snack(run->begin, run->count, dataSn_);
      ASSERT_EQ(answer.verdict, SnackVerdict::Resend);
      for (std::uint32_t n = answer.run.begin; n != answer.run.begin + answer.run.count; ++n) again(n);
    }
    // The status was lost with the last PDU: the Status SNACK brings that PDU again.
    if (sender_.statusSent() && !receiver_.complete() && random_() % 4 == 0) again(dataSn_ - 1);
    // All is lost behind what came, and nothing more is sent: without recovery the command times out.
    if (parameters_.errorRecoveryLevel == 0 && sender_.done() && !receiver_.complete() && trouble_ == Trouble::Loss) {
      lost_ = true;
    }
  }

  void again(std::uint32_t n) {
    if (const auto pdu = sender_.replay(n)) return arrive(*pdu);
    ASSERT_NE(std::find(r2ts_.begin(), r2ts_.end(), n), r2ts_.end());
    arriveR2t(n);
  }

  iscsi_test::Random random_;
  TransferParameters parameters_;
  Trouble trouble_;
  std::uint32_t length_;
  bool bidirectional_;
  bool good_;
  DataInSender sender_;
  RecoveringRead receiver_;
  DataInReceiver plain_;  // tells the same at level 0 and in order
  std::vector<int> read_;
  std::vector<std::uint32_t> r2ts_;
  std::uint32_t dataSn_ = 0;
  bool responded_ = false;
  bool lost_ = false;
};

TEST_P(Transfer, ReadsAllBytesExactlyOnce) {
  for (const Trouble trouble : {Trouble::None, Trouble::Loss}) {
    for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
      ReadSimulation(GetParam(), trouble, seed).run();
      if (HasFatalFailure()) FAIL() << "seed " << seed;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllCombinations, Transfer, testing::ValuesIn(allCombinations()));

}  // namespace
