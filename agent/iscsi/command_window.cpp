#include "agent/iscsi/command_window.h"

#include <algorithm>
#include <bit>

#include "agent/iscsi/serial.h"

namespace iscsi {
namespace {

constexpr std::uint32_t kMaxCapacity = 65536;

std::uint32_t ringSize(std::uint32_t capacity) {
  return std::bit_ceil(std::clamp(capacity, std::uint32_t{1}, kMaxCapacity));
}

}  // namespace

CommandWindow::CommandWindow(std::uint32_t first, std::uint32_t size, std::uint32_t capacity)
    : ring_(ringSize(capacity)),
      mask_(ringSize(capacity) - 1),
      expCmdSn_(first),
      maxCmdSn_(first - 1),
      announced_(first - 1),
      size_(std::min(size, ringSize(capacity))) {
  grant();
}

CommandWindow::Place CommandWindow::check(std::uint32_t cmdSn) const {
  if (!serialWithin(cmdSn, expCmdSn_, open())) return Place::Outside;
  if (at(cmdSn).slot != Slot::Empty) return Place::Duplicate;
  return cmdSn == expCmdSn_ ? Place::Next : Place::Ahead;
}

CommandWindow::Taken CommandWindow::accept(std::uint32_t cmdSn, Handle command) {
  switch (check(cmdSn)) {
    case Place::Next:
      ++expCmdSn_;
      ++active_;
      passPlugged();
      return Taken::Deliver;
    case Place::Ahead:
      at(cmdSn) = {command, Slot::Held};
      return Taken::Held;
    case Place::Duplicate:
    case Place::Outside:
      break;
  }
  return Taken::Ignored;
}

std::optional<CommandWindow::Handle> CommandWindow::next() {
  if (open() == 0) return std::nullopt;
  Entry& entry = at(expCmdSn_);
  if (entry.slot != Slot::Held) return std::nullopt;
  entry.slot = Slot::Empty;
  ++expCmdSn_;
  ++active_;
  passPlugged();
  return entry.command;
}

bool CommandWindow::plug(std::uint32_t cmdSn) {
  if (!serialWithin(cmdSn, expCmdSn_, open())) return false;
  at(cmdSn).slot = Slot::Plugged;
  passPlugged();
  return true;
}

void CommandWindow::plugBelow(std::uint32_t cmdSn) {
  if (!serialLess(expCmdSn_, cmdSn)) return;
  const std::uint32_t count = std::min(cmdSn - expCmdSn_, open());
  for (std::uint32_t i = 0; i < count; ++i) {
    Entry& entry = at(expCmdSn_ + i);
    if (entry.slot == Slot::Empty) entry.slot = Slot::Plugged;
  }
  passPlugged();
}

bool CommandWindow::release(std::uint32_t cmdSn) {
  if (!serialWithin(cmdSn, expCmdSn_, open()) || at(cmdSn).slot != Slot::Held) return false;
  at(cmdSn).slot = Slot::Empty;
  return true;
}

std::uint32_t CommandWindow::missingBelow(std::uint32_t cmdSn) const {
  if (!serialLess(expCmdSn_, cmdSn)) return 0;
  const std::uint32_t count = std::min(cmdSn - expCmdSn_, open());
  std::uint32_t missing = 0;
  for (std::uint32_t i = 0; i < count; ++i) missing += at(expCmdSn_ + i).slot == Slot::Empty ? 1U : 0U;
  return missing;
}

void CommandWindow::finished() {
  if (active_ > 0) --active_;
  grant();
}

bool CommandWindow::announcementUrgent() const { return announcementDue() && serialLess(announced_, expCmdSn_); }

// A plugged number was received and asks for nothing: it is acknowledged, and its credit is free again.
void CommandWindow::passPlugged() {
  while (open() > 0 && at(expCmdSn_).slot == Slot::Plugged) {
    at(expCmdSn_).slot = Slot::Empty;
    ++expCmdSn_;
  }
  grant();
}

void CommandWindow::grant() {
  const std::uint32_t credits = size_ > active_ ? size_ - active_ : 0;
  maxCmdSn_ = serialMax(maxCmdSn_, expCmdSn_ + credits - 1);
}

}  // namespace iscsi
