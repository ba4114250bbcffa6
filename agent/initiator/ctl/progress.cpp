#include "agent/initiator/ctl/progress.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "agent/initiator/ctl/sizes.h"

namespace initiator_ctl {
namespace {

constexpr std::chrono::milliseconds kBetween{200};
constexpr std::size_t kBar = 30;  // characters

}  // namespace

std::string progressText(std::uint64_t done, std::uint64_t total, base::Duration since) {
  const double seconds = std::max(std::chrono::duration<double>(since).count(), 1e-9);
  const double rate = static_cast<double>(done) / seconds;
  std::string text = sizeText(static_cast<double>(done));
  if (total != 0) {
    const double part = static_cast<double>(done) / static_cast<double>(total);
    const auto filled = std::min(kBar, static_cast<std::size_t>(part * static_cast<double>(kBar)));
    std::array<char, 16> percent{};
    std::snprintf(percent.data(), percent.size(), " %3.0f%%  ", part * 100);
    text = "[" + std::string(filled, '#') + std::string(kBar - filled, '.') + "]" + percent.data() + text;
  }
  text += "  " + sizeText(rate) + "/s";
  if (total == 0 || rate <= 0) return text;
  const auto left = static_cast<std::uint64_t>(static_cast<double>(total - std::min(done, total)) / rate + 0.5);
  std::array<char, 32> time{};
  std::snprintf(time.data(), time.size(), "  %llu:%02llu left", static_cast<unsigned long long>(left / 60),
                static_cast<unsigned long long>(left % 60));
  return text + time.data();
}

void Progress::update(std::uint64_t done, base::TimePoint now) {
  if (!terminal_ || now - drawn_ < kBetween) return;
  drawn_ = now;
  there_ = true;
  out_ << "\r\x1b[K" << progressText(done, total_, now - start_) << std::flush;
}

void Progress::clear() {
  if (there_) out_ << "\r\x1b[K" << std::flush;
  there_ = false;
}

}  // namespace initiator_ctl
