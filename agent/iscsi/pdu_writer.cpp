#include "agent/iscsi/pdu_writer.h"

#include <algorithm>
#include <cassert>

namespace iscsi {

PduWriter::~PduWriter() { clear(); }

bool PduWriter::fits(std::size_t bytes, std::size_t segments) const {
  return empty() || (bytes <= limits_.bytes && size_ <= limits_.bytes - bytes && segments <= limits_.segments &&
                     this->segments() <= limits_.segments - segments);
}

std::size_t PduWriter::wireSize(std::size_t ahsSize, std::size_t dataSize) const {
  const bool hasDataDigest = digests_.data && dataSize != 0;
  return kBhsSize + ahsSize + (digests_.header ? kDigestSize : 0) + dataSize + paddingOf(dataSize) +
         (hasDataDigest ? kDigestSize : 0);
}

bool PduWriter::write(BhsView bhs, base::ByteView ahs, std::span<DataPart> data) {
  std::size_t dataSize = 0;
  for (const DataPart& part : data) dataSize += part.bytes.size();
  if (!fits(wireSize(ahs.size(), dataSize), data.size() + 2)) return false;
  writeHead(bhs, ahs, dataSize);
  Crc32c crc;
  for (DataPart& part : data) {
    DataPart taken = std::move(part);
    if (taken.bytes.empty()) continue;
    if (digests_.data) crc.update(taken.bytes);
    segments_.push_back({taken.bytes, std::move(taken.hold), nullptr});
    size_ += taken.bytes.size();
  }
  writeTail(dataSize, crc);
  return true;
}

bool PduWriter::writeCopy(BhsView bhs, base::ByteView data) {
  if (!fits(wireSize(0, data.size()), data.size() / kSlab + 3)) return false;
  writeHead(bhs, {}, data.size());
  Crc32c crc;
  if (digests_.data) crc.update(data);
  for (base::ByteView rest = data; !rest.empty();) {
    const std::size_t room = kSlab - current_->used;
    const std::size_t size = std::min(rest.size(), room != 0 ? room : kSlab);
    std::copy_n(rest.begin(), size, append(size));
    rest = rest.subspan(size);
  }
  writeTail(data.size(), crc);
  return true;
}

void PduWriter::writeHead(BhsView bhs, base::ByteView ahs, std::size_t dataSize) {
  assert(ahs.size() % 4 == 0 && ahs.size() / 4 <= 0xff && dataSize <= kMaxDataSegmentLength);
  const std::size_t covered = kBhsSize + ahs.size();
  std::uint8_t* const at = append(covered + (digests_.header ? kDigestSize : 0));
  std::copy(bhs.begin(), bhs.end(), at);
  storeLengths(BhsSpan(at, kBhsSize), static_cast<std::uint8_t>(ahs.size() / 4), static_cast<std::uint32_t>(dataSize));
  std::copy(ahs.begin(), ahs.end(), at + kBhsSize);
  if (digests_.header) storeDigest(at + covered, crc32c({at, covered}));
}

// Padding and data digest.
void PduWriter::writeTail(std::size_t dataSize, const Crc32c& crc) {
  const std::size_t padding = paddingOf(dataSize);
  const bool hasDigest = digests_.data && dataSize != 0;
  if (padding == 0 && !hasDigest) return;
  std::uint8_t* const at = append(padding + (hasDigest ? kDigestSize : 0));
  std::fill_n(at, padding, std::uint8_t{0});
  if (!hasDigest) return;
  Crc32c whole = crc;
  whole.update({at, padding});
  storeDigest(at + padding, whole.value());
}

// So many bytes of the writer at the end of the list, in one piece.
std::uint8_t* PduWriter::append(std::size_t size) {
  if (current_ == nullptr || kSlab - current_->used < size) takeSlab();
  std::uint8_t* const at = current_->bytes.data() + current_->used;
  current_->used += size;
  size_ += size;
  if (segments() != 0) {
    Segment& last = segments_.back();
    if (last.slab == current_ && last.bytes.data() + last.bytes.size() == at) {
      last.bytes = {last.bytes.data(), last.bytes.size() + size};
      return at;
    }
  }
  ++current_->waiting;
  segments_.push_back({{at, size}, {}, current_});
  return at;
}

void PduWriter::takeSlab() {
  // The former one is full; where nothing lies in it any more it goes back.
  if (current_ != nullptr && current_->waiting == 0) giveSlab(current_);
  current_ = pool_.take();
  ++slabs_;
}

void PduWriter::giveSlab(Slab* slab) {
  pool_.give(slab);
  --slabs_;
}

// A segment of the slab is sent.
void PduWriter::release(Slab& slab) {
  if (--slab.waiting != 0) return;
  slab.used = 0;
  if (&slab != current_) giveSlab(&slab);
}

std::size_t PduWriter::gather(std::span<base::ByteView> out) const {
  const std::size_t count = std::min(out.size(), segments());
  for (std::size_t i = 0; i < count; ++i) out[i] = segments_[first_ + i].bytes;
  if (count != 0) out[0] = out[0].subspan(firstSent_);
  return count;
}

void PduWriter::sent(std::size_t bytes) {
  assert(bytes <= size_);
  size_ -= bytes;
  sentInAll_ += bytes;
  while (bytes != 0) {
    const std::size_t left = segments_[first_].bytes.size() - firstSent_;
    if (bytes < left) {
      firstSent_ += bytes;
      break;
    }
    bytes -= left;
    firstSent_ = 0;
    // Moved out first: whoever ends with the hold may write to this list.
    const Segment done = std::move(segments_[first_++]);
    if (done.slab != nullptr) release(*done.slab);
  }
  compact();
}

// What is sent leaves the vector in large steps, so that a segment is moved once on average.
void PduWriter::compact() {
  if (first_ == segments_.size()) {
    segments_.clear();
    first_ = 0;
    if (current_ != nullptr) giveSlab(std::exchange(current_, nullptr));
  } else if (first_ * 2 > segments_.size()) {
    segments_.erase(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

void PduWriter::clear() {
  while (!empty()) sent(size_);
}

void PduWriter::trim() {
  if (own_ != nullptr) own_->trim();
  if (segments() == 0) segments_ = std::vector<Segment>();
}

std::size_t PduWriter::memory() const {
  const std::size_t kept = own_ != nullptr ? own_->kept() : 0;
  return (slabs_ + kept) * sizeof(Slab) + segments_.capacity() * sizeof(Segment);
}

SlabPool::Slab* SlabPool::take() {
  if (free_.empty()) return std::make_unique_for_overwrite<Slab>().release();
  Slab* const slab = free_.back().release();
  free_.pop_back();
  return slab;
}

void SlabPool::give(Slab* slab) {
  slab->used = 0;
  slab->waiting = 0;
  free_.emplace_back(slab);
}

void SlabPool::trim() { free_ = std::vector<std::unique_ptr<Slab>>(); }

}  // namespace iscsi
