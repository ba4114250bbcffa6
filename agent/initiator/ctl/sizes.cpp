#include "agent/initiator/ctl/sizes.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace initiator_ctl {
namespace {

constexpr std::string_view kUnits = "KMGT";

std::optional<std::uint64_t> parse(std::string_view text) {
  std::uint64_t number = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  if (error != std::errc{}) return std::nullopt;
  if (end == last) return number;
  const std::size_t unit = kUnits.find(*end);
  if (unit == std::string_view::npos || end + 1 != last) return std::nullopt;
  const unsigned bits = 10 * (static_cast<unsigned>(unit) + 1);
  if (number > (UINT64_MAX >> bits)) return std::nullopt;
  return number << bits;
}

}  // namespace

ctl::Asked<std::optional<std::uint64_t>> sizeOption(const ctl::Invocation& invocation, std::string_view name) {
  const auto text = invocation.one(name);
  if (!text) return std::optional<std::uint64_t>{};
  const auto number = parse(*text);
  if (number) return number;
  return base::fail(ctl::usageFailure("wrong value", "\"" + std::string(*text) + "\" is no " + std::string(name),
                                      "bytes are wanted, as in 4096, 64K, 1M or 2G"));
}

std::string sizeText(double bytes) {
  constexpr const char* kNames[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < std::size(kNames)) {
    bytes /= 1024;
    ++unit;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", bytes, kNames[unit]);
  return text.data();
}

}  // namespace initiator_ctl
