// What an NBD client says, as bytes, and what a server said, taken apart. Of both sessions tests and socket tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/nbd/protocol.h"
#include "shared/base/bytes.h"

namespace attach::testing {

inline base::Bytes clientFlags(std::uint32_t flags = nbd::kFixedNewstyle | nbd::kNoZeroes) {
  base::Bytes bytes;
  base::ByteWriter(bytes).u32(flags);
  return bytes;
}

inline base::Bytes option(std::uint32_t option, base::ByteView data = {}) {
  base::Bytes bytes;
  base::ByteWriter writer(bytes);
  writer.u64(nbd::kOptionMagic);
  writer.u32(option);
  writer.u32(static_cast<std::uint32_t>(data.size()));
  writer.bytes(data);
  return bytes;
}
inline base::Bytes option(nbd::Option which, base::ByteView data = {}) {
  return option(static_cast<std::uint32_t>(which), data);
}

// The data of NBD_OPT_INFO and NBD_OPT_GO.
inline base::Bytes wish(std::string_view name, const std::vector<std::uint16_t>& infos = {3}) {
  base::Bytes bytes;
  base::ByteWriter writer(bytes);
  writer.u32(static_cast<std::uint32_t>(name.size()));
  writer.bytes(base::asBytes(name));
  writer.u16(static_cast<std::uint16_t>(infos.size()));
  for (const std::uint16_t info : infos) writer.u16(info);
  return bytes;
}

inline base::Bytes request(nbd::Command command, std::uint64_t cookie, std::uint64_t offset, std::uint32_t length,
                           std::uint16_t flags = 0) {
  base::Bytes bytes;
  base::ByteWriter writer(bytes);
  writer.u32(nbd::kRequestMagic);
  writer.u16(flags);
  writer.u16(static_cast<std::uint16_t>(command));
  writer.u64(cookie);
  writer.u64(offset);
  writer.u32(length);
  return bytes;
}

struct OptionReply {
  std::uint32_t option = 0;
  std::uint32_t type = 0;
  base::Bytes data;
};

struct Reply {
  std::uint64_t cookie = 0;
  std::uint32_t error = 0;
  std::string text;
  base::Bytes data;
};

// Takes the whole replies at the front of `bytes` and leaves the rest.
inline std::vector<OptionReply> takeOptionReplies(base::Bytes& bytes) {
  std::vector<OptionReply> replies;
  base::ByteReader reader(bytes);
  while (reader.remaining() >= 20 && base::loadU64(reader.rest().data()) == nbd::kOptionReplyMagic) {
    reader.u64();
    OptionReply reply;
    reply.option = reader.u32();
    reply.type = reader.u32();
    const base::ByteView data = reader.bytes(reader.u32());
    reply.data.assign(data.begin(), data.end());
    replies.push_back(std::move(reply));
  }
  bytes = base::Bytes(reader.rest().begin(), reader.rest().end());
  return replies;
}

// `length`: bytes of a read, since a simple reply does not say whether data follow.
inline Reply takeReply(base::Bytes& bytes, std::size_t length = 0) {
  Reply reply;
  base::ByteReader reader(bytes);
  if (reader.u32() == nbd::kSimpleReplyMagic) {
    reply.error = reader.u32();
    reply.cookie = reader.u64();
    if (reply.error == 0) {
      const base::ByteView data = reader.bytes(length);
      reply.data.assign(data.begin(), data.end());
    }
  } else {
    const std::uint16_t flags = reader.u16();
    const std::uint16_t type = reader.u16();
    reply.cookie = reader.u64();
    base::ByteReader body(reader.bytes(reader.u32()));
    if (flags != nbd::kDone) reply.text = "not the last chunk";
    if (type == static_cast<std::uint16_t>(nbd::Chunk::OffsetData)) {
      body.u64();
      reply.data.assign(body.rest().begin(), body.rest().end());
    } else if (type == static_cast<std::uint16_t>(nbd::Chunk::Error)) {
      reply.error = body.u32();
      reply.text = base::asText(body.bytes(body.u16()));
    }
  }
  if (reader.failed()) reply.text = "the reply is cut off";
  bytes = base::Bytes(reader.rest().begin(), reader.rest().end());
  return reply;
}

}  // namespace attach::testing
