#include "agent/iscsi/data_in_sender.h"

#include <algorithm>

#include "agent/iscsi/serial.h"

namespace iscsi {

void DataInSender::begin(std::uint32_t length, const TransferParameters& parameters, bool bidirectional) {
  parameters_ = parameters;
  length_ = length;
  offset_ = 0;
  burstBegin_ = 0;
  pdus_ = 0;
  acknowledged_ = 0;
  runCount_ = 0;
  bidirectional_ = bidirectional;
  statusAllowed_ = !bidirectional;
  statusSent_ = false;
  forgotten_ = false;
}

std::optional<DataInPdu> DataInSender::next(std::uint32_t& dataSn, std::uint32_t ready, bool goodStatus) {
  if (done()) return std::nullopt;
  const std::uint32_t burstLeft = parameters_.maxBurstLength - (offset_ - burstBegin_);
  const std::uint32_t length = std::min({fullSegment(parameters_), burstLeft, length_ - offset_});
  if (ready < offset_ + length) return std::nullopt;
  const bool last = offset_ + length == length_;
  statusSent_ = last && goodStatus && statusAllowed_;
  Run& run = currentRun(dataSn);
  const DataInPdu pdu = pduAt(run, run.count++);
  offset_ += length;
  if (pdu.final) burstBegin_ = offset_;
  ++dataSn;
  ++pdus_;
  return pdu;
}

DataInSender::Run& DataInSender::currentRun(std::uint32_t dataSn) {
  if (runCount_ > 0) {
    Run& last = runs_[runCount_ - 1];
    if (last.firstDataSn + last.count == dataSn && last.segment == fullSegment(parameters_)) return last;
  }
  if (runCount_ == kMaxRuns) {
    std::move(runs_.begin() + 1, runs_.end(), runs_.begin());
    --runCount_;
    forgotten_ = true;
  }
  Run& run = runs_[runCount_++];
  run = {dataSn, 0, offset_, burstBegin_, fullSegment(parameters_)};
  return run;
}

// The PDU from its place in the run: its first sequence may be shorter than those that follow.
DataInPdu DataInSender::pduAt(const Run& run, std::uint32_t index) const {
  const std::uint64_t burst = parameters_.maxBurstLength;
  const std::uint64_t segment = run.segment;
  std::uint64_t burstBegin = run.burstBegin;
  std::uint64_t offset = run.offset + index * segment;
  const std::uint64_t firstBurst = (burstBegin + burst - run.offset + segment - 1) / segment;  // PDUs
  if (index >= firstBurst) {
    const std::uint64_t perBurst = (burst + segment - 1) / segment;
    const std::uint64_t later = index - firstBurst;
    burstBegin += burst * (1 + later / perBurst);
    offset = burstBegin + (later % perBurst) * segment;
  }
  const std::uint64_t end = std::min({offset + segment, burstBegin + burst, std::uint64_t{length_}});
  const bool last = end == length_;
  DataInPdu pdu;
  pdu.dataSn = run.firstDataSn + index;
  pdu.bufferOffset = static_cast<std::uint32_t>(offset);
  pdu.length = static_cast<std::uint32_t>(end - offset);
  pdu.final = last || end == burstBegin + burst;
  pdu.status = last && statusSent_;
  // The status acknowledges the data too, so it asks for no DataACK.
  pdu.acknowledge = parameters_.errorRecoveryLevel > 0 && pdu.final && !pdu.status;
  return pdu;
}

void DataInSender::segmentLength(std::uint32_t maxDataSegmentLength) {
  parameters_.maxDataSegmentLength = maxDataSegmentLength;
}

SnackAnswer DataInSender::snack(std::uint32_t begRun, std::uint32_t runLength, std::uint32_t dataSn) const {
  if (parameters_.errorRecoveryLevel == 0) return {SnackVerdict::Rejected, {}};
  SnackRun run{begRun, runLength};
  if (runLength == 0) {
    if (begRun == 0) run.begin = acknowledged_;
    run.count = dataSn - run.begin;
    if (run.count == 0) return {begRun == 0 ? SnackVerdict::Resend : SnackVerdict::ProtocolError, {}};
  }
  const std::uint32_t unacknowledged = dataSn - acknowledged_;
  const std::uint32_t skipped = run.begin - acknowledged_;
  if (skipped > unacknowledged || run.count > unacknowledged - skipped) return {SnackVerdict::ProtocolError, {}};
  if (!remembers(run.begin)) return {SnackVerdict::Rejected, {}};
  return {SnackVerdict::Resend, run};
}

bool DataInSender::remembers(std::uint32_t dataSn) const {
  return !forgotten_ || !serialLess(dataSn, runs_[0].firstDataSn);
}

std::optional<DataInPdu> DataInSender::replay(std::uint32_t dataSn) const {
  for (std::uint32_t i = 0; i < runCount_; ++i) {
    if (serialWithin(dataSn, runs_[i].firstDataSn, runs_[i].count)) {
      return pduAt(runs_[i], dataSn - runs_[i].firstDataSn);
    }
  }
  return std::nullopt;
}

bool DataInSender::acknowledge(std::uint32_t nextDataSn, std::uint32_t dataSn) {
  if (parameters_.errorRecoveryLevel == 0 || nextDataSn - acknowledged_ > dataSn - acknowledged_) return false;
  acknowledged_ = nextDataSn;
  return true;
}

// Where the first PDU begins that is not acknowledged.
std::uint32_t DataInSender::acknowledgedOffset() const {
  for (std::uint32_t i = 0; i < runCount_; ++i) {
    const Run& run = runs_[i];
    if (!serialLess(acknowledged_, run.firstDataSn + run.count)) continue;
    return serialLess(acknowledged_, run.firstDataSn) ? run.offset
                                                      : pduAt(run, acknowledged_ - run.firstDataSn).bufferOffset;
  }
  return offset_;
}

void DataInSender::restart(std::uint32_t& dataSn) {
  offset_ = acknowledgedOffset();
  burstBegin_ = offset_;
  runCount_ = 0;
  dataSn = acknowledged_;
  pdus_ = acknowledged_;
  statusAllowed_ = false;
  statusSent_ = false;
}

bool DataInSender::resegment(std::uint32_t maxDataSegmentLength, std::uint32_t& dataSn) {
  // Numbers of R2Ts lie between those of a bidirectional command's data and would be given twice.
  if (parameters_.errorRecoveryLevel == 0 || bidirectional_ || !remembers(acknowledged_)) return false;
  restart(dataSn);
  segmentLength(maxDataSegmentLength);
  return true;
}

bool DataInSender::reassign(std::uint32_t expDataSn, std::uint32_t maxDataSegmentLength, std::uint32_t& dataSn) {
  if (expDataSn != 0) acknowledge(expDataSn, dataSn);
  if (!remembers(acknowledged_)) return false;
  if (!bidirectional_) {
    restart(dataSn);
    statusAllowed_ = true;
  }
  segmentLength(maxDataSegmentLength);
  return true;
}

}  // namespace iscsi
