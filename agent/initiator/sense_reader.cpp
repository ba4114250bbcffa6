#include "agent/initiator/sense_reader.h"

#include <array>
#include <cstdio>

namespace initiator {
namespace {

constexpr std::array<std::string_view, 16> kKeys = {
    "NO SENSE",       "RECOVERED ERROR", "NOT READY",   "MEDIUM ERROR",    "HARDWARE ERROR", "ILLEGAL REQUEST",
    "UNIT ATTENTION", "DATA PROTECT",    "BLANK CHECK", "VENDOR SPECIFIC", "COPY ABORTED",   "ABORTED COMMAND",
    "RESERVED",       "VOLUME OVERFLOW", "MISCOMPARE",  "COMPLETED"};

SenseView readFixed(base::ByteView sense) {
  SenseView view;
  if ((sense[0] & 0x80) != 0 && sense.size() >= 7) view.information = base::loadU32(sense.data() + 3);
  if (sense.size() >= 14) {
    view.asc = sense[12];
    view.ascq = sense[13];
  }
  return view;
}

SenseView readDescriptors(base::ByteView sense) {
  SenseView view;
  view.asc = sense[2];
  view.ascq = sense[3];
  for (std::size_t at = 8; at + 2 <= sense.size();) {
    const std::size_t length = sense[at + 1];
    // The INFORMATION descriptor, with its VALID bit.
    if (sense[at] == 0 && length == 10 && at + 12 <= sense.size() && (sense[at + 2] & 0x80) != 0) {
      view.information = base::loadU64(sense.data() + at + 4);
    }
    at += 2 + length;
  }
  return view;
}

}  // namespace

std::optional<SenseView> readSense(base::ByteView sense) {
  const auto key = scsi::keyOf(sense);
  if (!key) return std::nullopt;
  SenseView view = (sense[0] & 2) == 0 ? readFixed(sense) : readDescriptors(sense);
  view.key = *key;
  return view;
}

std::string_view senseKeyName(scsi::SenseKey key) { return kKeys[static_cast<std::size_t>(key) & 0x0f]; }

std::string_view statusName(std::uint8_t status) {
  switch (static_cast<scsi::Status>(status)) {
    case scsi::Status::Good:
      return "GOOD";
    case scsi::Status::CheckCondition:
      return "CHECK CONDITION";
    case scsi::Status::ConditionMet:
      return "CONDITION MET";
    case scsi::Status::Busy:
      return "BUSY";
    case scsi::Status::ReservationConflict:
      return "RESERVATION CONFLICT";
    case scsi::Status::TaskSetFull:
      return "TASK SET FULL";
    case scsi::Status::AcaActive:
      return "ACA ACTIVE";
    case scsi::Status::TaskAborted:
      return "TASK ABORTED";
  }
  return "unknown status";
}

std::string describe(const SenseView& sense) {
  std::array<char, 8> code{};
  std::snprintf(code.data(), code.size(), "%02x/%02x", static_cast<unsigned>(sense.asc),
                static_cast<unsigned>(sense.ascq));
  std::string text(senseKeyName(sense.key));
  text.append(" ").append(code.data());
  const std::string_view name = scsi::ascName(sense.code());
  if (!name.empty()) text.append(" ").append(name);
  return text;
}

}  // namespace initiator
