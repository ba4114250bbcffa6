#include "shared/evidence/tar.h"

#include <algorithm>
#include <array>
#include <optional>

namespace evidence {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kMaxName = 99;
using Header = std::array<std::uint8_t, kBlock>;

// Digits and a NUL, as tar writes numbers.
void putOctal(Header& header, std::size_t at, std::size_t size, std::uint64_t value) {
  for (std::size_t i = size - 1; i-- > 0; value >>= 3) header[at + i] = static_cast<std::uint8_t>('0' + (value & 7));
}
void putText(Header& header, std::size_t at, std::string_view text) {
  std::copy(text.begin(), text.end(), header.begin() + static_cast<std::ptrdiff_t>(at));
}

Header headerOf(std::string_view name, std::uint64_t size, std::uint64_t time) {
  Header header{};
  putText(header, 0, name);
  putOctal(header, 100, 8, 0644);
  putOctal(header, 108, 8, 0);
  putOctal(header, 116, 8, 0);
  putOctal(header, 124, 12, size);
  putOctal(header, 136, 12, time);
  putText(header, 148, "        ");
  header[156] = '0';
  putText(header, 257,
          std::string_view("ustar\0"
                           "00",
                           8));
  putText(header, 265, "root");
  putText(header, 297, "root");
  std::uint64_t sum = 0;
  for (const std::uint8_t byte : header) sum += byte;
  putOctal(header, 148, 7, sum);
  header[154] = 0;
  header[155] = ' ';
  return header;
}

std::optional<std::uint64_t> octal(base::ByteView digits) {
  std::uint64_t value = 0;
  for (const std::uint8_t digit : digits) {
    if (digit < '0' || digit > '7') return std::nullopt;
    value = (value << 3) | static_cast<std::uint64_t>(digit - '0');
  }
  return value;
}

bool isName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f && c != '/'; });
}

bool isZero(base::ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

std::size_t padding(std::size_t size) { return (kBlock - size % kBlock) % kBlock; }

}  // namespace

void appendTarEntry(base::Bytes& out, std::string_view name, base::ByteView content, base::WallTime time) {
  const auto seconds = std::max<std::int64_t>(base::unixSeconds(time), 0);
  base::append(out, headerOf(name, content.size(), static_cast<std::uint64_t>(seconds)));
  base::append(out, content);
  base::ByteWriter(out).zeros(padding(content.size()));
}

void finishTar(base::Bytes& out) { base::ByteWriter(out).zeros(2 * kBlock); }

TarContents readTar(base::ByteView archive) {
  TarContents contents;
  const auto fault = [&](std::string where, std::string what) {
    contents.faults.push_back({std::move(where), std::move(what)});
    return std::move(contents);
  };
  base::ByteReader in(archive);
  while (true) {
    const std::string number = "entry " + std::to_string(contents.entries.size() + 1);
    const base::ByteView header = in.bytes(kBlock);
    if (in.failed()) return fault(number, "the archive ends where a header should be");
    if (isZero(header)) break;
    if (contents.entries.size() == kMaxEntries) return fault(number, "the archive has too many entries");
    const std::string_view field = base::asText(header.first(kMaxName + 1));
    const std::string_view name = field.substr(0, field.find('\0'));
    const auto size = octal(header.subspan(124, 11));
    const auto time = octal(header.subspan(136, 11));
    const std::string where = isName(name) ? "the header of " + std::string(name) : "the header of " + number;
    if (!isName(name) || !size || !time || !base::equal(header, headerOf(name, *size, *time))) {
      return fault(where, "it is not as the writer of evidence packs writes it");
    }
    const base::ByteView content = in.bytes(*size);
    const base::ByteView rest = in.bytes(padding(*size));
    if (in.failed()) return fault(std::string(name), "the archive ends within it");
    contents.entries.push_back({name, content, base::WallTime{std::chrono::seconds(static_cast<std::int64_t>(*time))}});
    if (!isZero(rest)) contents.faults.push_back({std::string(name), "the padding behind it is not empty"});
  }
  if (in.remaining() != kBlock || !isZero(in.rest())) {
    return fault("the end of the archive", "two blocks of zeroes should be all that stands there");
  }
  return contents;
}

}  // namespace evidence
