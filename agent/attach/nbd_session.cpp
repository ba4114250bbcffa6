#include "agent/attach/nbd_session.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "agent/block/request_check.h"

namespace attach {
namespace {

using nbd::Command;
using nbd::Error;
using scsi::IoResult;

// What each command may have beside NBD_CMD_FLAG_FUA, which all may.
struct CommandRow {
  Command command;
  std::uint16_t flags;
};
constexpr CommandRow kCommands[] = {
    {Command::Read, nbd::kDontFragment}, {Command::Write, 0}, {Command::Flush, 0},
    {Command::Trim, 0},                  {Command::Cache, 0}, {Command::WriteZeroes, nbd::kNoHole},
};

constexpr std::string_view whyOf(IoResult result) {
  switch (result) {
    case IoResult::Ok:
      return {};
    case IoResult::NoSpace:
      return "what holds the blocks is full";
    case IoResult::WriteProtected:
      return "the device is read-only";
    case IoResult::OutOfRange:
      return "it goes beyond the end of the device";
    case IoResult::Gone:
      return "what holds the blocks cannot be reached";
    case IoResult::MediumError:
      break;
  }
  return "the blocks cannot be read or written";
}

}  // namespace

NbdSession::NbdSession(NbdOffer offer, scsi::BlockDevice& device, block::DataMemory& memory, scsi::FlushNews& news,
                       std::string_view user, NbdSessionOwner& owner)
    : offer_(std::move(offer)),
      device_(device),
      memory_(memory),
      news_(news),
      flushes_(news, user),
      owner_(owner),
      negotiation_(offer_) {
  words_ = negotiation_.takeOutput();
}

NbdSession::~NbdSession() {
  assert(open_ == 0);
  for (const auto& request : requests_) {
    if (!request->memory.empty()) memory_.give(request->memory, share_);
  }
}

// ---- input

bool NbdSession::takes() {
  if (phase_ == Phase::Memory && !takeMemory()) return false;
  if (phase_ == Phase::Head) return !idle_.empty() || requests_.size() < kMaxRequests;
  return phase_ != Phase::Ended;
}

std::size_t NbdSession::onBytes(base::ByteView bytes) {
  std::size_t used = 0;
  while (used < bytes.size() && takes()) {
    const base::ByteView rest = bytes.subspan(used);
    switch (phase_) {
      case Phase::Negotiation:
        used += negotiate(rest);
        break;
      case Phase::Head:
        used += collectHead(rest);
        break;
      case Phase::Payload: {
        const std::span<std::uint8_t> place = wanted();
        const std::size_t size = std::min(place.size(), rest.size());
        std::memcpy(place.data(), rest.data(), size);
        used += size;
        placed(size);
        break;
      }
      case Phase::Skip: {
        const std::size_t size = std::min(current_->length - have_, rest.size());
        used += size;
        have_ += size;
        if (have_ < current_->length) break;
        NbdRequest& request = *std::exchange(current_, nullptr);
        phase_ = Phase::Head;
        have_ = 0;
        answer(request, refusal_);
        break;
      }
      case Phase::Memory:
      case Phase::Ended:
        return used;
    }
  }
  return used;
}

std::size_t NbdSession::negotiate(base::ByteView bytes) {
  const std::size_t used = negotiation_.onBytes(bytes);
  base::append(words_, negotiation_.takeOutput());
  if (negotiation_.state() == NbdNegotiation::State::Ready) {
    structured_ = negotiation_.structured();
    phase_ = Phase::Head;
  } else if (negotiation_.state() == NbdNegotiation::State::Ended) {
    disconnected_ = negotiation_.fault().empty();
    fault_ = negotiation_.fault();
    endInput();
  }
  owner_.onSessionNews();
  return used;
}

std::size_t NbdSession::collectHead(base::ByteView bytes) {
  const std::size_t size = std::min(head_.size() - have_, bytes.size());
  std::memcpy(head_.data() + have_, bytes.data(), size);
  have_ += size;
  if (have_ == head_.size()) {
    have_ = 0;
    head();
  }
  return size;
}

void NbdSession::head() {
  if (base::loadU32(head_.data()) != nbd::kRequestMagic) return fail("its request has no magic number");
  if (idle_.empty()) {
    NbdRequestOwner& self = *this;
    idle_.push(*requests_.emplace_back(std::make_unique<NbdRequest>(self)));
  }
  NbdRequest& request = *idle_.pop();
  request.read(head_.data());
  if (request.command == Command::Disconnect) {
    release(request);
    disconnected_ = true;
    return endInput();
  }
  const NbdVerdict verdict = verdictOf(request);
  if (verdict.error == Error::Ok && request.moves()) {
    current_ = &request;
    phase_ = Phase::Memory;
    (void)takeMemory();
    return;
  }
  if (request.command == Command::Write && request.length > 0) {
    current_ = &request;
    refusal_ = verdict;
    phase_ = Phase::Skip;
    return;
  }
  if (verdict.error != Error::Ok || request.command == Command::Cache) return answer(request, verdict);
  submit(request);
}

NbdVerdict NbdSession::verdictOf(const NbdRequest& request) const {
  const auto row = std::find_if(std::begin(kCommands), std::end(kCommands),
                                [&](const CommandRow& each) { return each.command == request.command; });
  if (row == std::end(kCommands)) return {Error::Invalid, "there is no such command here"};
  if ((request.flags & nbd::kFastZero) != 0) return {Error::Invalid, "NBD_CMD_FLAG_FAST_ZERO is not offered"};
  const unsigned flags = row->flags & ~(structured_ ? 0U : unsigned{nbd::kDontFragment});
  if ((request.flags & ~(flags | nbd::kFua)) != 0) return {Error::Invalid, "the command has no such flag"};
  if (request.command == Command::Flush) return {};
  if (request.changes() && offer_.has(nbd::kReadOnly)) return {Error::NotPermitted, "the export is read-only"};
  if (request.length == 0) return {Error::Invalid, "the length is 0"};
  if (request.moves() && request.length > offer_.maximum) {
    return {Error::Invalid, "the length is above the maximum of a payload"};
  }
  if (request.offset % offer_.minimum != 0 || request.length % offer_.minimum != 0) {
    return {Error::Invalid, "offset and length are no multiples of the minimum block size"};
  }
  if (request.offset > offer_.size || request.length > offer_.size - request.offset) {
    return {nbd::errorOf(IoResult::OutOfRange, request.changes() && request.command != Command::Trim),
            "it goes beyond the end of the export"};
  }
  return {};
}

bool NbdSession::takeMemory() {
  current_->memory = memory_.take(current_->length, share_);
  if (current_->memory.empty()) return false;
  have_ = 0;
  if (current_->command == Command::Write) {
    phase_ = Phase::Payload;
    return true;
  }
  phase_ = Phase::Head;
  submit(*std::exchange(current_, nullptr));
  return true;
}

std::span<std::uint8_t> NbdSession::wanted() const {
  if (phase_ != Phase::Payload) return {};
  return current_->memory.subspan(have_);
}

void NbdSession::placed(std::size_t bytes) {
  have_ += bytes;
  if (have_ < current_->length) return;
  have_ = 0;
  phase_ = Phase::Head;
  submit(*std::exchange(current_, nullptr));
}

// ---- requests

void NbdSession::submit(NbdRequest& request) {
  ++open_;
  scsi::BlockRequest& io = request.asIo(offer_.minimum);
  // It may have become smaller since the client was told of its size.
  if (!block::liesWithin(io, device_.geometry())) return requestDone(request, IoResult::OutOfRange);
  device_.submit(io);
}

void NbdSession::requestDone(NbdRequest& request, IoResult result) {
  if (result == IoResult::Ok && request.thenFlush) return device_.submit(request.asFlush());
  --open_;
  if (request.flushes()) result = flushed(request, result);
  answer(request, {nbd::errorOf(result, request.changes()), whyOf(result)});
}

// The flush behind a TRIM may tell of a loss, but is not what a client asks with whether its writes are there. And over
// a connection that has gone nobody hears the answer.
IoResult NbdSession::flushed(const NbdRequest& request, IoResult result) {
  if (request.command == nbd::Command::Flush && !lost_) {
    result = flushes_.asked(result);
    flushes_.heard();  // a connection within the machine loses no answer
    return result;
  }
  news_.ended(result);
  return result;
}

void NbdSession::answer(NbdRequest& request, const NbdVerdict& verdict) {
  request.makeReply(structured_, verdict);
  if (lost_) {
    release(request);
  } else {
    if (request.payload().empty() && !request.memory.empty()) {
      memory_.give(std::exchange(request.memory, {}), share_);
      owner_.onMemoryBack();
    }
    replies_.push(request);
  }
  owner_.onSessionNews();
}

void NbdSession::release(NbdRequest& request) {
  if (!request.memory.empty()) {
    memory_.give(std::exchange(request.memory, {}), share_);
    owner_.onMemoryBack();
  }
  idle_.pushFront(request);
}

// ---- output

block::SegmentCursor::Described NbdSession::gather(std::span<iovec> out) const {
  block::SegmentCursor::Described described;
  std::size_t skip = sentOfFront_;
  const auto add = [&](const void* bytes, std::size_t size) {
    const std::size_t skipped = std::min(skip, size);
    skip -= skipped;
    if (skipped == size || described.count == out.size()) return;
    out[described.count++] = {const_cast<char*>(static_cast<const char*>(bytes)) + skipped, size - skipped};
    described.bytes += size - skipped;
  };
  add(words_.data(), words_.size());
  for (const NbdRequest* reply = replies_.front(); reply != nullptr && described.count < out.size();
       reply = reply->next) {
    add(reply->header().data(), reply->header().size());
    add(reply->text().data(), reply->text().size());
    add(reply->payload().data(), reply->payload().size());
  }
  return described;
}

void NbdSession::sent(std::size_t bytes) {
  sentOfFront_ += bytes;
  if (!words_.empty()) {
    if (sentOfFront_ < words_.size()) return;
    sentOfFront_ -= words_.size();
    words_.clear();
  }
  while (NbdRequest* reply = replies_.front()) {
    if (sentOfFront_ < reply->replySize()) return;
    sentOfFront_ -= reply->replySize();
    release(*replies_.pop());
  }
}

// ---- end

void NbdSession::endInput() {
  phase_ = Phase::Ended;
  if (current_ != nullptr) release(*std::exchange(current_, nullptr));
}

void NbdSession::lost() {
  lost_ = true;
  endInput();
  words_.clear();
  sentOfFront_ = 0;
  while (NbdRequest* reply = replies_.pop()) release(*reply);
}

bool NbdSession::over() const { return inputEnded() && open_ == 0 && words_.empty() && replies_.empty(); }

void NbdSession::fail(std::string fault) {
  fault_ = std::move(fault);
  endInput();
}

}  // namespace attach
