#include "tests/bench/iscsi_load/session.h"

#include <sys/epoll.h>

#include <algorithm>
#include <cstdio>

namespace bench::iscsi {

Session::Session(const Options& options, Pattern& pattern, Work& work, unsigned number, bool ask)
    : options_(options), pattern_(pattern), work_(work), number_(number), ask_(ask), slots_(options.depth) {
  for (std::uint32_t i = options.depth; i > 0; --i) free_.push_back(i - 1);
}

base::Status Session::wrong(const std::string& what) const {
  std::string text = "session " + std::to_string(number_) + ": " + what + "; header";
  for (const std::uint8_t byte : in_) {
    char hex[4];
    std::snprintf(hex, sizeof hex, " %02x", byte);
    text += hex;
  }
  if (!text_.empty() && opcodeOf(in_.data()) == kScsiResponse && text_.size() >= 16) {
    char sense[32];
    const auto byte = [this](std::size_t at) { return static_cast<unsigned>(static_cast<std::uint8_t>(text_[at])); };
    std::snprintf(sense, sizeof sense, "; sense %02x %02x/%02x", byte(4) & 15, byte(14), byte(15));
    text += sense;
  }
  return base::fail(text);
}

base::Status Session::onEvent(std::uint32_t events, std::span<std::uint8_t> buffer, std::uint64_t now) {
  now_ = now;
  if (state_ == State::Connecting) return onConnected();
  if ((events & EPOLLOUT) != 0) {
    if (base::Status sent = wire_.flush(); !sent) return sent;
  }
  if ((events & ~std::uint32_t{EPOLLOUT}) != 0) {
    base::Status read = wire_.read(buffer, *this);
    if (state_ == State::LoggingOut && wire_.peerClosed()) {
      state_ = State::Closed;
      return {};
    }
    if (!read) return read;
  }
  if (state_ == State::Ready) {
    if (base::Status sent = refill(now); !sent) return sent;
  }
  return wire_.flush();
}

base::Status Session::onHeader(const std::uint8_t* header) {
  std::copy_n(header, kHeaderSize, in_.begin());
  text_.clear();
  inSlot_ = nullptr;
  const bool login = state_ == State::Security || state_ == State::Operational;
  if (login != (opcodeOf(header) == kLoginResponse)) return wrong("a PDU out of place");
  if (opcodeOf(header) != kDataIn) return {};
  if (base::Status found = find(inSlot_); !found) return found;
  const std::size_t size = dataSizeOf(header);
  Slot& slot = *inSlot_;
  if (slot.kind != Kind::Read && slot.kind != Kind::Capacity) return wrong("data for a task that does not read");
  if (size > slot.length - slot.moved) return wrong("more data than was asked for");
  if (size > options_.maxRecv) return wrong("more data than MaxRecvDataSegmentLength in a PDU");
  if (load32(header + 40) != slot.moved) return wrong("a buffer offset out of order");
  if (load32(header + 36) != slot.dataSn++) return wrong("DataSN out of order");
  inAt_ = slot.offset + slot.moved;
  slot.moved += static_cast<std::uint32_t>(size);
  return {};
}

base::Status Session::onData(std::span<const std::uint8_t> piece) {
  if (inSlot_ == nullptr || inSlot_->kind != Kind::Read) {
    text_.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    return {};
  }
  if (!options_.unchecked && !pattern_.matches(inAt_, piece, options_.verify)) {
    return wrong("wrong data at or behind byte " + std::to_string(inAt_) + " of the LUN");
  }
  inAt_ += piece.size();
  return {};
}

std::optional<std::uint32_t> Session::dataDigest() {
  if (inSlot_ == nullptr || inSlot_->kind != Kind::Read) return std::nullopt;
  return pattern_.digestOf(inAt_, static_cast<std::uint32_t>(dataSizeOf(in_.data())));
}

base::Status Session::onEnd() {
  const std::uint8_t opcode = opcodeOf(in_.data());
  if (opcode == kLoginResponse) return onLogin();
  if (base::Status taken = options_.bare ? base::Status() : takeNumbers(); !taken) return taken;
  switch (opcode) {
    case kDataIn:
      return onDataIn();
    case kScsiResponse:
      return onResponse();
    case kR2t:
      return onR2t();
    case kNopIn:
      return onNopIn();
    case kLogoutResponse:
      if (state_ != State::LoggingOut || in_[2] != 0) return wrong("the logout failed");
      state_ = State::Closed;
      return {};
    case kReject:
      return wrong("the target rejects a PDU, reason " + std::to_string(in_[2]));
    case kAsync:
      return wrong("an asynchronous message, event " + std::to_string(in_[36]));
    default:
      return wrong("an unknown opcode");
  }
}

// StatSN and the command window (RFC 7143 4.2.2).
base::Status Session::takeNumbers() {
  const std::uint8_t opcode = opcodeOf(in_.data());
  const bool dataWithStatus = opcode == kDataIn && (in_[1] & kStatus) != 0;
  const bool ping = opcode == kNopIn && taskTagOf(in_.data()) == kNoTag;
  const bool carries = dataWithStatus || (opcode != kDataIn && opcode != kR2t && !ping);
  if (carries && statSnOf(in_.data()) != expStatSn_) return wrong("StatSN out of order");
  if (carries) ++expStatSn_;
  const std::uint32_t expected = load32(in_.data() + 28);
  const std::uint32_t most = load32(in_.data() + 32);
  if (atMost(expected, most + 1) && atMost(maxCmdSn_, most)) maxCmdSn_ = most;
  return {};
}

base::Status Session::onDataIn() {
  if ((in_[1] & kStatus) == 0) return {};
  return complete(*inSlot_, in_[3], (in_[1] & kResidual) != 0);
}

base::Status Session::onResponse() {
  Slot* slot = nullptr;
  if (base::Status found = find(slot); !found) return found;
  if (in_[2] != 0) return wrong("response " + std::to_string(in_[2]));
  if (!options_.bare && slot->kind == Kind::Read && load32(in_.data() + 36) != slot->dataSn) {
    return wrong("ExpDataSN is not the number of Data-In PDUs");
  }
  return complete(*slot, in_[3], (in_[1] & kResidual) != 0);
}

base::Status Session::onR2t() {
  Slot* slot = nullptr;
  if (base::Status found = find(slot); !found) return found;
  const std::uint32_t from = load32(in_.data() + 40);
  const std::uint32_t size = load32(in_.data() + 44);
  if (slot->kind != Kind::Write) return wrong("an R2T for a task that does not write");
  if (load32(in_.data() + 36) != slot->dataSn++) return wrong("R2TSN out of order");
  if (from != slot->moved || size == 0 || size > slot->length - from || size > agreed_.maxBurst) {
    return wrong("an R2T for bytes out of order or bounds");
  }
  slot->moved += size;
  ++r2ts_;
  sendDataOut(*slot, transferTagOf(in_.data()), from, from + size);
  return {};
}

base::Status Session::onNopIn() {
  if (transferTagOf(in_.data()) == kNoTag) return {};
  Header header{};
  header[0] = kNopOut | kImmediate;
  header[1] = kFinal;
  std::copy_n(in_.begin() + 8, 8, header.begin() + 8);
  store32(header.data() + 16, kNoTag);
  std::copy_n(in_.begin() + 20, 4, header.begin() + 20);
  putNumbers(header, true);
  wire_.add(header);
  return {};
}

base::Status Session::complete(Slot& slot, std::uint8_t status, bool residual) {
  if (slot.kind == Kind::Ready || slot.kind == Kind::Capacity) return onAsked(slot, status);
  if (status != 0) return wrong("SCSI status " + std::to_string(status));
  if (residual || slot.moved != slot.length) return wrong("GOOD before all data was moved");
  slot.kind = Kind::Free;
  free_.push_back(static_cast<std::uint32_t>(&slot - slots_.data()));
  work_.finished(now_ - std::min(slot.sentAt, now_));
  return {};
}

}  // namespace bench::iscsi
