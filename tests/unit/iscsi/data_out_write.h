// A write at the target with small numbers, for the tests of DataOutReceiver.
#pragma once

#include "agent/iscsi/data_out_receiver.h"

namespace data_out_test {

// Small numbers: segments of 100, first burst 250, bursts of 300.
inline iscsi::TransferParameters small() {
  iscsi::TransferParameters p;
  p.maxDataSegmentLength = 100;
  p.firstBurstLength = 250;
  p.maxBurstLength = 300;
  p.maxOutstandingR2t = 1;
  p.initialR2t = false;
  return p;
}

struct Write {
  iscsi::DataOutReceiver receiver;
  std::uint32_t r2tSn = 0;
  std::uint32_t nextTag = 1000;

  Write() = default;
  Write(const iscsi::WriteCommand& command, const iscsi::TransferParameters& parameters) {
    receiver.begin(command, parameters);
  }
  std::optional<iscsi::ReadyToTransfer> r2t() { return receiver.nextR2t(nextTag++, r2tSn); }
  iscsi::DataOutFault unsolicited(std::uint32_t dataSn, std::uint32_t offset, std::uint32_t length, bool final) {
    return receiver.received({iscsi::kReservedTag, dataSn, offset, length, final});
  }
};

}  // namespace data_out_test
