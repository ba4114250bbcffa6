// Streams of PDUs as bytes, and a sink that writes down what a reader tells.
#pragma once

#include <deque>
#include <string_view>
#include <vector>

#include "agent/iscsi/pdu_reader.h"

namespace iscsi_test {

// One PDU on the wire: the lengths of the header are set to those of `ahs` and `data`.
base::Bytes wirePdu(base::ByteView bhs, base::ByteView ahs, base::ByteView data, iscsi::Digests digests);

// The 48 bytes of a row of pduVectors().
base::Bytes bhsOf(std::string_view name);

iscsi::PduReader readerWith(iscsi::Digests digests, std::uint32_t maxRecvDataSegmentLength = 8192);

base::Bytes counting(std::size_t size, unsigned from = 0);

// A PDU as the reader told of it.
struct SeenPdu {
  base::Bytes head;  // BHS and AHS
  base::Bytes data;
  iscsi::DataVerdict verdict = iscsi::DataVerdict::Right;

  friend bool operator==(const SeenPdu&, const SeenPdu&) = default;
};

// Places each segment in memory with guards around it, and checks at its end that only the place was written to.
class RecordingSink {
 public:
  iscsi::Placement onHeader(const iscsi::PduHead& head);
  bool onPdu(const iscsi::PduHead& head, iscsi::DataVerdict verdict);
  void onFault(const iscsi::ReadFault& fault) { faults.push_back(fault); }

  // The place of the segment at hand, for a sink that said "later".
  std::span<std::uint8_t> makePlace(std::size_t size);

  std::vector<SeenPdu> pdus;
  std::vector<iscsi::ReadFault> faults;
  std::size_t headers = 0;
  bool skips = false;
  bool later = false;
  std::size_t placeAtMost = SIZE_MAX;  // bytes of a segment that get a place
  std::size_t stopAfter = SIZE_MAX;    // onPdu() returns false behind so many
  bool guardsHold = true;

 private:
  static constexpr std::size_t kGuard = 16;
  base::Bytes memory_;
  std::size_t placeSize_ = 0;
};

// Feeds the stream in pieces that end at `cuts`.
void feedInPieces(iscsi::PduReader& reader, base::ByteView stream, const std::vector<std::size_t>& cuts,
                  RecordingSink& sink);

// As a driver does it: reads up to `chunk` bytes at a time into wanted() where there is a place, else into a buffer.
void driveDirectly(iscsi::PduReader& reader, base::ByteView stream, std::size_t chunk, RecordingSink& sink);

}  // namespace iscsi_test
