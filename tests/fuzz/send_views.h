// Takes from one end of a protocol what it has to send, as a socket does that takes `most` bytes: each view is read to
// its end, so that a sanitizer sees one that does not lead to memory.
#pragma once

#include <sys/uio.h>

#include <algorithm>
#include <array>

#include "tests/fuzz/fuzz_target.h"

namespace fuzz {

template <class End>
void sendViews(End& end, std::size_t most) {
  [[maybe_unused]] static volatile std::uint8_t sink = 0;
  std::array<iovec, 5> parts;
  while (most > 0) {
    const auto offered = end.gather(parts);
    std::size_t sum = 0;
    std::uint8_t mixed = 0;
    for (unsigned i = 0; i < offered.count; ++i) {
      sum += parts[i].iov_len;
      const auto* bytes = static_cast<const std::uint8_t*>(parts[i].iov_base);
      for (std::size_t at = 0; at < parts[i].iov_len; ++at) mixed ^= bytes[at];
    }
    sink = mixed;
    check(sum == offered.bytes, "views have the size that is told");
    if (offered.count == 0) return;
    check(sum > 0, "what is offered is not empty");
    const std::size_t size = std::min(most, offered.bytes);
    end.sent(size);
    most -= size;
  }
}

}  // namespace fuzz
