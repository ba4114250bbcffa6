#include "shared/isns/auth_block.h"

#include "shared/isns/dsa_key.h"
#include "shared/isns/pdu.h"

namespace isns {

std::optional<AuthBlock> decodeAuthBlock(base::ByteView block) {
  base::ByteReader reader(block);
  AuthBlock out;
  out.structure = reader.u32();
  const std::uint32_t length = reader.u32();
  out.timestamp = reader.u64();
  const std::uint32_t spiLength = reader.u32();
  if (reader.failed() || length != block.size() || length > kMaxAuthBlock || spiLength > kMaxSpi) return std::nullopt;
  out.spi = base::asText(reader.bytes(spiLength));
  out.signature = reader.rest();
  const bool unsignedDsa = out.structure == kDsaSha1 && out.signature.empty();
  if (reader.failed() || unsignedDsa) return std::nullopt;
  return out;
}

void encodeAuthBlock(base::Bytes& out, const AuthBlock& block) {
  base::ByteWriter writer(out);
  writer.u32(block.structure);
  writer.u32(static_cast<std::uint32_t>(kMinAuthBlock + block.spi.size() + block.signature.size()));
  writer.u64(block.timestamp);
  writer.u32(static_cast<std::uint32_t>(block.spi.size()));
  writer.bytes(base::asBytes(block.spi));
  writer.bytes(block.signature);
}

base::Status signMessage(base::Bytes& out, std::size_t start, const PrivateKey& key, std::string_view spi,
                         std::uint64_t timestamp) {
  base::Bytes sealed;
  for (base::ByteView rest = base::ByteView(out).subspan(start); !rest.empty();) {
    PduHeader header = loadPduHeader(rest.data());
    const std::size_t size = kPduHeaderSize + header.length;
    const std::size_t at = sealed.size();
    base::append(sealed, rest.first(size));
    header.flags |= flag::kAuthentication;
    storePduHeader(sealed.data() + at, header);
    const auto signature = key.sign(base::ByteView(sealed).subspan(at), timestamp);
    if (!signature) return base::Failure<base::Error>{signature.error()};
    encodeAuthBlock(sealed, {kDsaSha1, timestamp, spi, *signature});
    rest = rest.subspan(size);
  }
  out.resize(start);
  base::append(out, sealed);
  return {};
}

}  // namespace isns
