#include "agent/attach/nbd_negotiation.h"

#include <algorithm>

namespace attach {
namespace {

using nbd::Option;
using nbd::OptionError;

constexpr std::size_t kOptionHead = 16;
constexpr std::uint32_t kInteroperable = 512;  // bytes: what clients keep to where nobody told them anything

}  // namespace

NbdNegotiation::NbdNegotiation(const NbdOffer& offer) : offer_(offer) {
  base::ByteWriter writer(output_);
  writer.u64(nbd::kServerMagic);
  writer.u64(nbd::kOptionMagic);
  writer.u16(nbd::kFixedNewstyle | nbd::kNoZeroes);
}

std::size_t NbdNegotiation::onBytes(base::ByteView bytes) {
  std::size_t used = 0;
  while (state_ == State::Running && used < bytes.size()) {
    const std::size_t size = std::min(needed_ - input_.size(), bytes.size() - used);
    if (step_ == Step::Skip) {
      needed_ -= size;
    } else {
      base::append(input_, bytes.subspan(used, size));
    }
    used += size;
    if (step_ == Step::Skip ? needed_ > 0 : input_.size() < needed_) continue;
    const base::Bytes whole = std::exchange(input_, {});
    switch (step_) {
      case Step::Flags:
        clientFlags(whole);
        break;
      case Step::Head:
        head(whole);
        break;
      case Step::Data:
        option(whole);
        break;
      case Step::Skip:
        expect(Step::Head, kOptionHead);
        refuse(OptionError::TooBig, "an option has at most " + std::to_string(kMaxOption) + " bytes here");
        break;
    }
  }
  return used;
}

void NbdNegotiation::expect(Step step, std::size_t size) {
  step_ = step;
  needed_ = size;
}

void NbdNegotiation::clientFlags(base::ByteView bytes) {
  const std::uint32_t flags = base::loadU32(bytes.data());
  if ((flags & ~std::uint32_t{nbd::kFixedNewstyle | nbd::kNoZeroes}) != 0) {
    return end("its handshake flags are unknown ones");
  }
  fixed_ = (flags & nbd::kFixedNewstyle) != 0;
  noZeroes_ = (flags & nbd::kNoZeroes) != 0;
  expect(Step::Head, kOptionHead);
}

void NbdNegotiation::head(base::ByteView bytes) {
  base::ByteReader reader(bytes);
  if (reader.u64() != nbd::kOptionMagic) return end("its option has no magic number");
  option_ = static_cast<Option>(reader.u32());
  const std::uint32_t size = reader.u32();
  if (++options_ > kMaxOptions) return end("it sent more than " + std::to_string(kMaxOptions) + " options");
  // To others than NBD_OPT_EXPORT_NAME there is no answer without the fixed newstyle.
  if (!fixed_ && option_ != Option::ExportName) return end("it speaks no fixed newstyle and sent " + nameOf(option_));
  if (size <= kMaxOption) {
    expect(Step::Data, size);
    if (size == 0) option({});
    return;
  }
  if (option_ == Option::ExportName) return end("its name of an export is too long");
  expect(Step::Skip, size);
}

void NbdNegotiation::option(base::ByteView data) {
  expect(Step::Head, kOptionHead);
  switch (option_) {
    case Option::ExportName:
      return exportName(data);
    case Option::Abort:
      reply(nbd::kReplyAck);
      return end({});
    case Option::List:
      return list(data);
    case Option::Info:
    case Option::Go:
      return infoOrGo(data);
    case Option::StructuredReply:
      if (!data.empty()) return refuse(OptionError::Invalid, "NBD_OPT_STRUCTURED_REPLY has no data");
      structured_ = true;
      return reply(nbd::kReplyAck);
    case Option::StartTls:
      break;
  }
  refuse(OptionError::Unsupported, nameOf(option_) + " is not supported here");
}

void NbdNegotiation::exportName(base::ByteView name) {
  if (!isOurs(base::asText(name))) return end("it asked for an export that is not here");
  if (offer_.minimum > kInteroperable) {
    return end("it asks by NBD_OPT_EXPORT_NAME, which cannot tell of blocks of " + std::to_string(offer_.minimum) +
               " bytes");
  }
  base::ByteWriter writer(output_);
  writer.u64(offer_.size);
  writer.u16(flags());
  if (!noZeroes_) writer.zeros(nbd::kReservedZeroes);
  state_ = State::Ready;
}

void NbdNegotiation::list(base::ByteView data) {
  if (!data.empty()) return refuse(OptionError::Invalid, "NBD_OPT_LIST has no data");
  base::Bytes entry;
  base::ByteWriter writer(entry);
  writer.u32(static_cast<std::uint32_t>(offer_.name.size()));
  writer.bytes(base::asBytes(offer_.name));
  writer.bytes(base::asBytes(offer_.description));
  reply(nbd::kReplyServer, entry);
  reply(nbd::kReplyAck);
}

bool NbdNegotiation::parse(base::ByteView data, Wish& wish) {
  base::ByteReader reader(data);
  const std::uint32_t size = reader.u32();
  if (size > nbd::kMaxString) return false;
  wish.name = base::asText(reader.bytes(size));
  const std::uint16_t count = reader.u16();
  if (reader.failed() || reader.remaining() != std::size_t{count} * sizeof(std::uint16_t)) return false;
  while (reader.remaining() > 0) {
    const auto info = static_cast<nbd::Info>(reader.u16());
    wish.blockSize |= info == nbd::Info::BlockSize;
    wish.description |= info == nbd::Info::Description;
  }
  return true;
}

void NbdNegotiation::infoOrGo(base::ByteView data) {
  Wish wish;
  if (!parse(data, wish)) return refuse(OptionError::Invalid, nameOf(option_) + " is not well formed");
  if (!isOurs(wish.name)) return refuse(OptionError::Unknown, "there is no export of that name; the one here has none");
  tell(wish);
  if (offer_.minimum > kInteroperable && !wish.blockSize) {
    return refuse(OptionError::BlockSizeRequired, "blocks have " + std::to_string(offer_.minimum) +
                                                      " bytes: ask for NBD_INFO_BLOCK_SIZE and keep to it");
  }
  reply(nbd::kReplyAck);
  if (option_ == Option::Go) state_ = State::Ready;
}

void NbdNegotiation::tell(const Wish& wish) {
  const auto info = [this](nbd::Info type, auto fill) {
    base::Bytes data;
    base::ByteWriter writer(data);
    writer.u16(static_cast<std::uint16_t>(type));
    fill(writer);
    reply(nbd::kReplyInfo, data);
  };
  info(nbd::Info::Export, [this](base::ByteWriter& writer) {
    writer.u64(offer_.size);
    writer.u16(flags());
  });
  // Also to who did not ask: it may keep to them all the same.
  info(nbd::Info::BlockSize, [this](base::ByteWriter& writer) {
    writer.u32(offer_.minimum);
    writer.u32(offer_.preferred);
    writer.u32(offer_.maximum);
  });
  if (wish.description && !offer_.description.empty()) {
    info(nbd::Info::Description,
         [this](base::ByteWriter& writer) { writer.bytes(base::asBytes(offer_.description)); });
  }
}

std::uint16_t NbdNegotiation::flags() const {
  return structured_ ? offer_.flags : static_cast<std::uint16_t>(offer_.flags & ~nbd::kSendDf);
}

void NbdNegotiation::reply(std::uint32_t type, base::ByteView data) {
  base::ByteWriter writer(output_);
  writer.u64(nbd::kOptionReplyMagic);
  writer.u32(static_cast<std::uint32_t>(option_));
  writer.u32(type);
  writer.u32(static_cast<std::uint32_t>(data.size()));
  writer.bytes(data);
}

void NbdNegotiation::refuse(OptionError error, std::string_view why) {
  reply(static_cast<std::uint32_t>(error), base::asBytes(why));
}

void NbdNegotiation::end(std::string fault) {
  state_ = State::Ended;
  fault_ = std::move(fault);
}

}  // namespace attach
