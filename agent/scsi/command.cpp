#include "agent/scsi/command.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "agent/scsi/disk.h"

namespace scsi {

std::uint64_t Command::dataInLength() const {
  std::uint64_t size = 0;
  for (const base::ByteView segment : work_.dataIn) size += segment.size();
  return size;
}

std::uint64_t Command::dataOutLength() const {
  std::uint64_t size = 0;
  for (const std::span<std::uint8_t> part : dataOut) size += part.size();
  return size;
}

void Command::setSense(const Sense& sense, bool descriptorFormat) {
  status_ = Status::CheckCondition;
  senseSize_ = static_cast<std::uint8_t>(encode(sense, descriptorFormat, sense_));
}

void Command::setEncoded(Status status, base::ByteView sense) {
  status_ = status;
  senseSize_ = static_cast<std::uint8_t>(std::min(sense.size(), sense_.size()));
  std::copy_n(sense.begin(), senseSize_, sense_.begin());
}

void Command::recycle() {
  if (work_.pool != nullptr && !work_.memory.empty()) work_.pool->give(work_.memory, work_.share);
  work_.memory.clear();
  work_.slices.clear();
  work_.dataIn.clear();
  if (Disk* const disk = std::exchange(work_.shownBy, nullptr)) disk->shownNoMore();
  work_.response.clear();
  work_.parameters.clear();
  work_.aborted = false;
  work_.told = CommandWork::Told::Nothing;
  work_.row = nullptr;
  status_ = Status::Good;
  senseSize_ = 0;
}

void slice(std::span<const std::span<std::uint8_t>> spans, std::uint64_t offset, std::uint64_t length,
           std::vector<std::span<std::uint8_t>>& out) {
  for (const std::span<std::uint8_t> span : spans) {
    if (length == 0) return;
    if (offset >= span.size()) {
      offset -= span.size();
      continue;
    }
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(length, span.size() - offset));
    out.push_back(span.subspan(static_cast<std::size_t>(offset), part));
    length -= part;
    offset = 0;
  }
}

void copyOut(std::span<const std::span<std::uint8_t>> spans, std::uint64_t offset, std::span<std::uint8_t> out) {
  for (const std::span<std::uint8_t> span : spans) {
    if (out.empty()) return;
    if (offset >= span.size()) {
      offset -= span.size();
      continue;
    }
    const std::size_t part = std::min(out.size(), span.size() - static_cast<std::size_t>(offset));
    std::memcpy(out.data(), span.data() + offset, part);
    out = out.subspan(part);
    offset = 0;
  }
}

}  // namespace scsi
