// What a session sends: commands, data, and what the numbers on them are.
#include <sys/epoll.h>

#include <algorithm>

#include "tests/bench/iscsi_load/session.h"

namespace bench::iscsi {
namespace {

constexpr unsigned kIndexBits = 12;
constexpr std::uint32_t kGenerations = 1U << 19;  // so that no tag is ffffffff
constexpr std::uint32_t kScsiBlock = 512;

}  // namespace

std::uint32_t Session::tagOf(const Slot& slot) const {
  return (slot.generation % kGenerations) << kIndexBits | static_cast<std::uint32_t>(&slot - slots_.data());
}

base::Status Session::find(Slot*& slot) {
  const std::uint32_t tag = taskTagOf(in_.data());
  const std::uint32_t index = tag & ((1U << kIndexBits) - 1);
  if (index >= slots_.size() || slots_[index].kind == Kind::Free || tagOf(slots_[index]) != tag) {
    return wrong("a PDU for a task that is not open");
  }
  slot = &slots_[index];
  return {};
}

void Session::putNumbers(Header& header, bool withCommandNumber) {
  if (withCommandNumber) store32(header.data() + 24, cmdSn_);
  store32(header.data() + 28, expStatSn_);
}

bool Session::windowOpen() {
  if (options_.bare || atMost(cmdSn_, maxCmdSn_)) return true;
  ++windowClosed_;
  return false;
}

void Session::addPattern(const Header& header, std::uint64_t offset, std::uint32_t size) {
  if (!wire_.dataDigests() || size == 0) return wire_.add(header, pattern_.at(offset), size);
  wire_.add(header, pattern_.at(offset), size, pattern_.digestOf(offset, size));
}

void Session::sendCommand(Slot& slot, std::uint8_t flags, std::span<const std::uint8_t> cdb, std::uint32_t immediate) {
  Header header{};
  header[0] = kScsiCommand;
  header[1] = flags | kSimple;
  header[9] = static_cast<std::uint8_t>(options_.lun);
  store32(header.data() + 16, tagOf(slot));
  store32(header.data() + 20, slot.length);
  putNumbers(header, true);
  ++cmdSn_;
  std::copy(cdb.begin(), cdb.end(), header.begin() + 32);
  addPattern(header, slot.offset, immediate);
}

void Session::sendDataOut(const Slot& slot, std::uint32_t transferTag, std::uint32_t from, std::uint32_t to) {
  for (std::uint32_t number = 0; from < to; ++number) {
    const std::uint32_t size = std::min(to - from, agreed_.targetMaxRecv);
    Header header{};
    header[0] = kDataOut;
    header[1] = from + size == to ? kFinal : 0;
    header[9] = static_cast<std::uint8_t>(options_.lun);
    store32(header.data() + 16, tagOf(slot));
    store32(header.data() + 20, transferTag);
    putNumbers(header, false);
    store32(header.data() + 36, number);
    store32(header.data() + 40, from);
    addPattern(header, slot.offset + from, size);
    from += size;
  }
}

void Session::issue(Slot& slot, const Target& target, std::uint64_t now) {
  ++slot.generation;
  slot.kind = target.write ? Kind::Write : Kind::Read;
  slot.length = options_.block;
  slot.dataSn = slot.moved = 0;
  slot.offset = target.offset;
  slot.sentAt = now;
  std::array<std::uint8_t, 10> cdb{};
  cdb[0] = target.write ? 0x2a : 0x28;
  store32(cdb.data() + 2, static_cast<std::uint32_t>(target.offset / kScsiBlock));
  store16(cdb.data() + 7, options_.block / kScsiBlock);
  if (!target.write) return sendCommand(slot, kFinal | kRead, cdb, 0);
  const std::uint32_t unsolicited = std::min(slot.length, agreed_.firstBurst);
  const std::uint32_t immediate = agreed_.immediateData ? std::min(unsolicited, agreed_.targetMaxRecv) : 0;
  slot.moved = agreed_.initialR2t ? immediate : unsolicited;
  sendCommand(slot, kWrite | (slot.moved > immediate ? 0 : kFinal), cdb, immediate);
  sendDataOut(slot, kNoTag, immediate, slot.moved);
}

base::Status Session::refill(std::uint64_t now) {
  // While bytes wait for the socket nothing is added: the connection is full anyway.
  Target target;
  while (!free_.empty() && !wire_.hasUnsent() && windowOpen() && work_.next(target)) {
    // Everything that may go now goes out in one call.
    do {
      Slot& slot = slots_[free_.back()];
      free_.pop_back();
      issue(slot, target, now);
    } while (!free_.empty() && windowOpen() && work_.next(target));
    if (base::Status sent = wire_.flush(); !sent) return sent;
  }
  return {};
}

base::Status Session::logOut() {
  Header header{};
  header[0] = kLogoutRequest | kImmediate;
  header[1] = kFinal;  // reason 0: close the session
  store32(header.data() + 16, 0);
  putNumbers(header, true);
  wire_.add(header);
  state_ = State::LoggingOut;
  return wire_.flush();
}

std::uint32_t Session::wants() const {
  if (state_ == State::Connecting) return EPOLLOUT;
  return wire_.hasUnsent() ? EPOLLIN | EPOLLOUT : EPOLLIN;
}

}  // namespace bench::iscsi
