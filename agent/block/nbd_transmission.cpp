#include "agent/block/nbd_transmission.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace block {
namespace {

using nbd::Chunk;
using nbd::Command;
using nbd::Error;

constexpr std::size_t kMaxErrorBody = nbd::kMaxString + 64;  // bytes of an error chunk
constexpr unsigned kSlotBits = 16;

constexpr std::array<std::uint8_t, 64 * 1024> kZeroes{};

// Zeroes to send, as many pieces of the same memory as it takes.
SegmentCursor::Described describeZeroes(std::span<iovec> out, std::size_t size) {
  SegmentCursor::Described described;
  while (size > 0 && described.count < out.size()) {
    const std::size_t piece = std::min(size, kZeroes.size());
    out[described.count++] = {const_cast<std::uint8_t*>(kZeroes.data()), piece};  // the kernel only reads from it
    described.bytes += piece;
    size -= piece;
  }
  return described;
}

std::size_t payloadOf(const NbdCommand& command) { return command.command == Command::Write ? command.length : 0; }

}  // namespace

NbdTransmission::NbdTransmission(unsigned depth) : slots_(depth) {
  assert(depth >= 1 && depth <= 1025);
  freeSlots_.reserve(depth);
  begin(false);
}

void NbdTransmission::begin(bool structured) {
  structured_ = structured;
  while (toSend_.pop() != nullptr) {
  }
  freeSlots_.clear();
  for (auto slot = static_cast<std::uint32_t>(slots_.size()); slot > 0; --slot) {
    slots_[slot - 1].command = nullptr;
    freeSlots_.push_back(slot - 1);
  }
  sentOfFront_ = 0;
  current_ = nullptr;
  collect(Stage::Head, nbd::kSimpleReplySize);
}

// ---- output

void NbdTransmission::start(NbdCommand& command) {
  assert(!full());
  command.state.slot = freeSlots_.back();
  freeSlots_.pop_back();
  Slot& slot = slots_[command.state.slot];
  slot.command = &command;
  slot.order = ++started_;
  slot.cookie = started_ << kSlotBits | command.state.slot;
  std::uint8_t* const header = command.state.header.data();
  base::storeU32(header, nbd::kRequestMagic);
  base::storeU16(header + 4, command.flags);
  base::storeU16(header + 6, static_cast<std::uint16_t>(command.command));
  base::storeU64(header + 8, slot.cookie);
  base::storeU64(header + 16, command.offset);
  base::storeU32(header + 24, command.length);
  command.state.headerSent = command.state.sent = command.state.replied = false;
  command.state.error = Error::Ok;
  command.state.coverage.clear();
  if (toSend_.empty()) unsent_ = command.memory;
  toSend_.push(command);
}

SegmentCursor::Described NbdTransmission::gather(std::span<iovec> out) const {
  SegmentCursor::Described all;
  std::size_t skip = sentOfFront_;  // bytes of the command
  for (NbdCommand* command = toSend_.front(); command != nullptr && all.count < out.size(); command = command->next) {
    const std::size_t skipHeader = std::min(skip, nbd::kRequestSize);
    if (skipHeader < nbd::kRequestSize) {
      out[all.count++] = {command->state.header.data() + skipHeader, nbd::kRequestSize - skipHeader};
      all.bytes += nbd::kRequestSize - skipHeader;
    }
    const std::size_t left = payloadOf(*command) - (skip - skipHeader);
    const SegmentCursor& from = command == toSend_.front() ? unsent_ : command->memory;
    const auto payload =
        command->zeroes ? describeZeroes(out.subspan(all.count), left) : from.describe(out.subspan(all.count), left);
    all.count += payload.count;
    all.bytes += payload.bytes;
    if (payload.bytes < left) break;
    skip = 0;
  }
  return all;
}

void NbdTransmission::sent(std::size_t bytes) {
  while (bytes > 0 && !toSend_.empty()) {
    NbdCommand& front = *toSend_.front();
    const std::size_t total = nbd::kRequestSize + payloadOf(front);
    const std::size_t now = std::min(bytes, total - sentOfFront_);
    const std::size_t payloadBefore = std::max(sentOfFront_, nbd::kRequestSize);
    bytes -= now;
    sentOfFront_ += now;
    front.state.headerSent = sentOfFront_ >= nbd::kRequestSize;
    if (sentOfFront_ > payloadBefore && !front.zeroes) unsent_.advance(sentOfFront_ - payloadBefore);
    if (sentOfFront_ < total) return;
    toSend_.pop();
    sentOfFront_ = 0;
    if (!toSend_.empty()) unsent_ = toSend_.front()->memory;
    front.state.sent = true;
    endIfOver(slots_[front.state.slot]);
  }
}

// ---- input

SegmentCursor::Described NbdTransmission::wanted(std::span<iovec> out) const {
  if (stage_ != Stage::Data) return {};
  return place_.describe(out, placeLeft_);
}

base::Status NbdTransmission::placed(std::size_t bytes) {
  place_.advance(bytes);
  placeLeft_ -= bytes;
  return placeLeft_ == 0 ? chunkEnded() : base::Status{};
}

base::Status NbdTransmission::onBytes(base::ByteView bytes) {
  while (!bytes.empty()) {
    if (stage_ == Stage::Data) {
      const std::size_t size = std::min(placeLeft_, bytes.size());
      place_.copyFrom(bytes.first(size));
      bytes = bytes.subspan(size);
      if (auto good = placed(size); !good) return good;
      continue;
    }
    const std::size_t size = std::min(needed_ - have_, bytes.size());
    std::memcpy((stage_ == Stage::ErrorBody ? errorBody_.data() : input_.data()) + have_, bytes.data(), size);
    have_ += size;
    bytes = bytes.subspan(size);
    if (have_ < needed_) continue;
    if (auto good = collected(); !good) return good;
  }
  return {};
}

void NbdTransmission::collect(Stage stage, std::size_t size) {
  stage_ = stage;
  needed_ = size;
  have_ = 0;
}

base::Status NbdTransmission::collected() {
  switch (stage_) {
    case Stage::Head:
      return head();
    case Stage::DataHead:
      return contentHead();
    case Stage::ErrorBody:
      return errorBody();
    case Stage::Data:
      break;
  }
  return {};
}

base::Status NbdTransmission::head() {
  const std::uint32_t magic = base::loadU32(input_.data());
  const bool simpleReply = magic == nbd::kSimpleReplyMagic;
  if (!simpleReply && magic != nbd::kStructuredReplyMagic)
    return base::fail("a reply of the server has no magic number");
  if (!simpleReply && !structured_) return base::fail("the server sent a structured reply, which was not agreed on");
  if (!simpleReply && have_ < nbd::kStructuredReplySize) {
    needed_ = nbd::kStructuredReplySize;
    return {};
  }
  current_ = find(base::loadU64(input_.data() + 8));
  if (current_ == nullptr) return base::fail("the server replied to a request that it has not got");
  return simpleReply ? simple() : structured();
}

NbdTransmission::Slot* NbdTransmission::find(std::uint64_t cookie) {
  const std::uint64_t index = cookie & ((1U << kSlotBits) - 1);
  if (index >= slots_.size()) return nullptr;
  Slot& slot = slots_[index];
  if (slot.command == nullptr || slot.cookie != cookie) return nullptr;
  return slot.command->state.headerSent && !slot.command->state.replied ? &slot : nullptr;
}

base::Status NbdTransmission::simple() {
  NbdCommand& command = *current_->command;
  const auto error = static_cast<Error>(base::loadU32(input_.data() + 4));
  if (command.command == Command::Read && structured_) {
    return base::fail("the server sent a simple reply to NBD_CMD_READ, though structured ones were agreed on");
  }
  if (command.state.error == Error::Ok) command.state.error = error;
  if (command.command != Command::Read || error != Error::Ok) {
    reply(*current_);
    return {};
  }
  last_ = true;
  return beginData(command.offset, command.length);
}

base::Status NbdTransmission::structured() {
  last_ = (base::loadU16(input_.data() + 4) & nbd::kDone) != 0;
  chunk_ = static_cast<Chunk>(base::loadU16(input_.data() + 6));
  length_ = base::loadU32(input_.data() + 16);
  const NbdCommand& command = *current_->command;
  const bool content = chunk_ == Chunk::OffsetData || chunk_ == Chunk::OffsetHole;
  if (content && command.command != Command::Read) {
    return base::fail("the server sent data in reply to " + nbd::nameOf(command.command));
  }
  if (content && (command.flags & nbd::kDontFragment) != 0 && !command.state.coverage.empty()) {
    return base::fail("the server sent a read in pieces that was to come in one");
  }
  switch (chunk_) {
    case Chunk::None:
      if (length_ != 0 || !last_) return base::fail("the server's NBD_REPLY_TYPE_NONE is against the rules");
      return chunkEnded();
    case Chunk::OffsetData:
      if (length_ < 9 || length_ - 8 > command.length) {
        return base::fail("the server's NBD_REPLY_TYPE_OFFSET_DATA has a wrong length");
      }
      collect(Stage::DataHead, 8);
      return {};
    case Chunk::OffsetHole:
      if (length_ != 12) return base::fail("the server's NBD_REPLY_TYPE_OFFSET_HOLE has a wrong length");
      collect(Stage::DataHead, 12);
      return {};
    case Chunk::Error:
    case Chunk::ErrorOffset:
      break;
  }
  // Error chunks of kinds that are not known begin alike, and count as errors.
  if ((static_cast<std::uint16_t>(chunk_) & nbd::kChunkErrorBit) == 0) {
    return base::fail("the server sent a chunk of an unknown type");
  }
  return errorHead(length_);
}

base::Status NbdTransmission::errorHead(std::uint32_t length) {
  const std::uint32_t least = chunk_ == Chunk::ErrorOffset ? 14 : 6;
  if (length < least || length > kMaxErrorBody) return base::fail("an error chunk of the server has a wrong length");
  errorBody_.resize(length);
  collect(Stage::ErrorBody, length);
  return {};
}

base::Status NbdTransmission::errorBody() {
  NbdCommand& command = *current_->command;
  base::ByteReader reader(errorBody_);
  const auto error = static_cast<Error>(reader.u32());
  (void)reader.bytes(reader.u16());
  if (error == Error::Ok || reader.failed()) return base::fail("an error chunk of the server is against the rules");
  if (chunk_ == Chunk::ErrorOffset) {
    const std::uint64_t offset = reader.u64();
    if (reader.failed() || offset < command.offset || offset - command.offset >= command.length) {
      return base::fail("an error chunk of the server tells of bytes beyond its request");
    }
  }
  if (command.state.error == Error::Ok) command.state.error = error;
  return chunkEnded();
}

base::Status NbdTransmission::contentHead() {
  const std::uint64_t offset = base::loadU64(input_.data());
  const bool isHole = chunk_ == Chunk::OffsetHole;
  return beginData(offset, isHole ? base::loadU32(input_.data() + 8) : length_ - 8);
}

// Content of the current read, in the bytes that come or as a hole.
base::Status NbdTransmission::beginData(std::uint64_t offset, std::uint32_t size) {
  NbdCommand& command = *current_->command;
  if (size == 0 || size > command.length || offset < command.offset ||
      offset - command.offset > command.length - size) {
    return base::fail("the server sent data beyond its request");
  }
  const auto from = static_cast<std::uint32_t>(offset - command.offset);
  if (!command.state.coverage.add(from, size)) {
    return base::fail("the server sent a read twice, or in too many pieces without order");
  }
  place_ = command.memory;
  place_.advance(from);
  if (structured_ && chunk_ == Chunk::OffsetHole) {
    place_.fillZeroes(size);
    return chunkEnded();
  }
  stage_ = Stage::Data;
  placeLeft_ = size;
  return {};
}

base::Status NbdTransmission::chunkEnded() {
  Slot& slot = *current_;
  const NbdCommand& command = *slot.command;
  collect(Stage::Head, nbd::kSimpleReplySize);
  if (!last_) return {};
  if (command.command == Command::Read && command.state.error == Error::Ok &&
      !command.state.coverage.isWhole(command.length)) {
    return base::fail("the server ended a read without all of its data");
  }
  reply(slot);
  return {};
}

void NbdTransmission::reply(Slot& slot) {
  collect(Stage::Head, nbd::kSimpleReplySize);
  current_ = nullptr;
  slot.command->state.replied = true;
  endIfOver(slot);
}

void NbdTransmission::endIfOver(Slot& slot) {
  NbdCommand& command = *slot.command;
  if (!command.state.sent || !command.state.replied) return;
  slot.command = nullptr;
  freeSlots_.push_back(command.state.slot);
  command.ended(command.state.error);
}

void NbdTransmission::takeOpen(IntrusiveQueue<NbdCommand>& to) {
  std::vector<Slot> open;
  for (const Slot& slot : slots_) {
    if (slot.command != nullptr) open.push_back(slot);
  }
  std::sort(open.begin(), open.end(), [](const Slot& a, const Slot& b) { return a.order < b.order; });
  begin(structured_);
  for (const Slot& slot : open) to.push(*slot.command);
}

}  // namespace block
