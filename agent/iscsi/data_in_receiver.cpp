#include "agent/iscsi/data_in_receiver.h"

#include "agent/iscsi/serial.h"

namespace iscsi {

void DataInReceiver::begin(std::uint32_t expectedLength, const TransferParameters& parameters, bool bidirectional) {
  *this = {};
  expectedLength_ = expectedLength;
  maxSegment_ = parameters.maxDataSegmentLength;
  maxBurst_ = parameters.maxBurstLength;
  bidirectional_ = bidirectional;
}

DataInFault DataInReceiver::checkNumber(std::uint32_t n) const {
  if (serialLess(n, next_)) return DataInFault::Duplicate;
  return n == next_ ? DataInFault::None : DataInFault::Lost;
}

DataInFault DataInReceiver::check(const DataInPdu& pdu) const {
  if (const DataInFault fault = checkNumber(pdu.dataSn); fault != DataInFault::None) return fault;
  if (pdu.status && (!pdu.final || bidirectional_)) return DataInFault::StatusMisplaced;
  if (pdu.length == 0) return DataInFault::None;
  if (pdu.length > maxSegment_) return DataInFault::SegmentTooLong;
  if (pdu.bufferOffset != contiguous_ || pdu.length > expectedLength_ - contiguous_) return DataInFault::OffsetInvalid;
  if (pdu.length > maxBurst_ - burst_) return DataInFault::BurstTooLong;
  return DataInFault::None;
}

DataInFault DataInReceiver::received(const DataInPdu& pdu) {
  const DataInFault fault = check(pdu);
  if (fault != DataInFault::None) return fault;
  ++next_;
  ++pdus_;
  contiguous_ += pdu.length;
  burst_ = pdu.final ? 0 : burst_ + pdu.length;
  return DataInFault::None;
}

DataInFault DataInReceiver::r2t(std::uint32_t r2tSn) {
  const DataInFault fault = checkNumber(r2tSn);
  if (fault == DataInFault::None) ++next_;
  return fault;
}

DataInFault DataInReceiver::response(std::uint32_t expDataSn) const {
  return pdus_ < expDataSn ? DataInFault::Lost : DataInFault::None;
}

}  // namespace iscsi
