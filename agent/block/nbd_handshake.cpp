#include "agent/block/nbd_handshake.h"

#include <algorithm>
#include <bit>

namespace block {
namespace {

using nbd::Option;
using nbd::OptionError;

constexpr std::size_t kOptionReplyHead = 20;

// A text of the peer for a log line: what could not be shown is a dot, and what is long is cut.
std::string shown(base::ByteView bytes) {
  constexpr std::size_t kMost = 200;
  std::string text(base::asText(bytes.first(std::min(bytes.size(), kMost))));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < 0x20 || c > 0x7E; }, '.');
  return text;
}

}  // namespace

std::size_t NbdHandshake::onBytes(base::ByteView bytes) {
  std::size_t used = 0;
  while (state_ == State::Running && used < bytes.size()) {
    const std::size_t size = std::min(needed_ - input_.size(), bytes.size() - used);
    base::append(input_, bytes.subspan(used, size));
    used += size;
    if (input_.size() < needed_) continue;
    const base::Bytes whole = std::exchange(input_, {});
    switch (step_) {
      case Step::Greeting:
        greeting(whole);
        break;
      case Step::StructuredReply:
      case Step::Go:
        optionReply(whole);
        break;
      case Step::ExportName:
        exportReplied(whole);
        break;
    }
  }
  return used;
}

void NbdHandshake::expect(Step step, std::size_t size) {
  step_ = step;
  head_ = true;
  needed_ = size;
}

void NbdHandshake::greeting(base::ByteView bytes) {
  base::ByteReader reader(bytes);
  if (reader.u64() != nbd::kServerMagic) return fail("this is no NBD server: its first bytes are others");
  const std::uint64_t magic = reader.u64();
  if (magic == nbd::kOldstyleMagic) return fail("the server speaks NBD's oldstyle handshake, which is not supported");
  if (magic != nbd::kOptionMagic) return fail("the server speaks an unknown kind of NBD handshake");
  const std::uint16_t flags = reader.u16();
  noZeroes_ = (flags & nbd::kNoZeroes) != 0;
  base::ByteWriter(output_).u32(flags & (nbd::kFixedNewstyle | nbd::kNoZeroes));
  if ((flags & nbd::kFixedNewstyle) == 0) return sendExportName();
  sendOption(Option::StructuredReply, {});
  expect(Step::StructuredReply, kOptionReplyHead);
}

void NbdHandshake::sendOption(Option option, base::ByteView data) {
  base::ByteWriter writer(output_);
  writer.u64(nbd::kOptionMagic);
  writer.u32(static_cast<std::uint32_t>(option));
  writer.u32(static_cast<std::uint32_t>(data.size()));
  writer.bytes(data);
}

void NbdHandshake::sendGo() {
  base::Bytes data;
  base::ByteWriter writer(data);
  writer.u32(static_cast<std::uint32_t>(name_.size()));
  writer.bytes(base::asBytes(name_));
  writer.u16(1);
  writer.u16(static_cast<std::uint16_t>(nbd::Info::BlockSize));
  sendOption(Option::Go, data);
  expect(Step::Go, kOptionReplyHead);
}

void NbdHandshake::sendExportName() {
  sendOption(Option::ExportName, base::asBytes(name_));
  expect(Step::ExportName, sizeof(std::uint64_t) + sizeof(std::uint16_t) + (noZeroes_ ? 0 : nbd::kReservedZeroes));
}

// First the head of a reply, then its data.
void NbdHandshake::optionReply(base::ByteView bytes) {
  const Option asked = step_ == Step::Go ? Option::Go : Option::StructuredReply;
  base::ByteView data = bytes;
  if (head_) {
    base::ByteReader reader(bytes);
    if (reader.u64() != nbd::kOptionReplyMagic) return fail("the server's reply to an option has no magic number");
    if (reader.u32() != static_cast<std::uint32_t>(asked)) {
      return fail("the server replied to another option than " + nbd::nameOf(asked));
    }
    reply_ = reader.u32();
    const std::uint32_t size = reader.u32();
    if (size > kMaxReply) return fail("the server's reply to " + nbd::nameOf(asked) + " is too long");
    if (++replies_ > kMaxReplies) return fail("the server sends too many replies to " + nbd::nameOf(asked));
    if (size != 0) {
      head_ = false;
      needed_ = size;
      return;
    }
    data = {};
  }
  expect(step_, kOptionReplyHead);
  if (asked == Option::Go) return goReplied(reply_, data);
  structuredReplied(reply_, data);
}

void NbdHandshake::structuredReplied(std::uint32_t reply, base::ByteView data) {
  replies_ = 0;
  if (reply == static_cast<std::uint32_t>(OptionError::TlsRequired) ||
      reply == static_cast<std::uint32_t>(OptionError::Shutdown)) {
    return refused(reply, data);
  }
  if (reply != nbd::kReplyAck && (reply & nbd::kReplyErrorBit) == 0) {
    return fail("the server replied to NBD_OPT_STRUCTURED_REPLY with " + nbd::nameOfReply(reply));
  }
  export_.structured = reply == nbd::kReplyAck;
  sendGo();
}

void NbdHandshake::goReplied(std::uint32_t reply, base::ByteView data) {
  if (reply == nbd::kReplyInfo) return info(data);
  if (reply == nbd::kReplyAck) {
    if (!exportTold_) return fail("the server accepted the export without telling its size");
    return ready();
  }
  if (reply == static_cast<std::uint32_t>(OptionError::Unsupported)) {
    // What it may have told already holds for NBD_OPT_GO only.
    const bool structured = export_.structured;
    export_ = {};
    export_.structured = structured;
    return sendExportName();
  }
  if ((reply & nbd::kReplyErrorBit) != 0) return refused(reply, data);
  fail("the server replied to NBD_OPT_GO with " + nbd::nameOfReply(reply));
}

void NbdHandshake::info(base::ByteView data) {
  base::ByteReader reader(data);
  const auto type = static_cast<nbd::Info>(reader.u16());
  if (reader.failed()) return fail("the server's NBD_REP_INFO is too short");
  if (type == nbd::Info::Export) {
    if (data.size() != 12) return fail("the server's NBD_INFO_EXPORT has a wrong length");
    const std::uint64_t size = reader.u64();
    return takeExport(size, reader.u16());
  }
  if (type == nbd::Info::BlockSize) {
    if (data.size() != 14) return fail("the server's NBD_INFO_BLOCK_SIZE has a wrong length");
    blockSize(reader);
  }
}

void NbdHandshake::blockSize(base::ByteReader& reader) {
  const std::uint32_t minimum = reader.u32();
  const std::uint32_t preferred = reader.u32();
  const std::uint32_t maximum = reader.u32();
  if (!std::has_single_bit(minimum) || minimum > nbd::kLargestMinimum || !std::has_single_bit(preferred) ||
      preferred < std::max(minimum, 512U) || maximum < preferred) {
    return fail("the server's block sizes are against the rules: minimum " + std::to_string(minimum) + ", preferred " +
                std::to_string(preferred) + ", maximum " + std::to_string(maximum));
  }
  export_.minimum = minimum;
  export_.preferred = preferred;
  export_.maximum = std::min(maximum, nbd::kDefaultMaximum);
}

void NbdHandshake::exportReplied(base::ByteView bytes) {
  base::ByteReader reader(bytes);
  const std::uint64_t size = reader.u64();
  takeExport(size, reader.u16());
  if (state_ == State::Running) ready();
}

void NbdHandshake::takeExport(std::uint64_t size, std::uint16_t flags) {
  if ((flags & nbd::kHasFlags) == 0) return fail("the server's transmission flags lack NBD_FLAG_HAS_FLAGS");
  exportTold_ = true;
  export_.size = size;
  export_.flags = flags;
  if (!export_.structured) export_.flags &= static_cast<std::uint16_t>(~nbd::kSendDf);
}

void NbdHandshake::refused(std::uint32_t reply, base::ByteView message) {
  std::string why;
  if (reply == static_cast<std::uint32_t>(OptionError::TlsRequired)) {
    why = "the server wants TLS, which is not supported here";
  } else if (reply == static_cast<std::uint32_t>(OptionError::Unknown)) {
    why = "the server has no export \"" + shown(base::asBytes(name_)) + "\"";
  } else if (reply == static_cast<std::uint32_t>(OptionError::Shutdown)) {
    why = "the server is being shut down";
  } else {
    why = "the server refuses the export (" + nbd::nameOfReply(reply) + ")";
  }
  if (!message.empty()) why += ": " + shown(message);
  fail(std::move(why), true);
}

void NbdHandshake::ready() { state_ = State::Ready; }

void NbdHandshake::fail(std::string why, bool farewell) {
  state_ = State::Failed;
  failure_ = std::move(why);
  if (farewell) sendOption(Option::Abort, {});
}

std::string NbdHandshake::whyClosed() const {
  if (step_ == Step::ExportName) {
    return "the server closed the connection: it may have no export \"" + shown(base::asBytes(name_)) + "\"";
  }
  return "the server closed the connection during the handshake";
}

}  // namespace block
