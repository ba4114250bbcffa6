#include "isns-server/ctl/message_trace.h"

#include "shared/base/printable.h"
#include "shared/isns/message_text.h"

namespace ctl {
namespace {

constexpr isns::MessageAssembler::Limits kLimits{.maxMessage = std::size_t{64} << 20, .maxPdus = 65536};

struct Printer {
  std::ostream& out;
  char direction;
  const std::string& peer;

  bool onMessage(const isns::Message& message) {
    for (const std::string& line : isns::describeMessage(message)) {
      out << direction << ' ' << base::printable(line) << '\n';
    }
    out.flush();
    return true;
  }
  bool onFault(const isns::FramingFault& fault) {
    out << direction << " not readable (" << peer << "): " << isns::faultName(fault.kind) << std::endl;
    return fault.framingHolds;
  }
};

}  // namespace

MessageTrace::MessageTrace(std::ostream* out, std::string peer)
    : out_(out), peer_(std::move(peer)), sent_(kLimits), received_(kLimits) {}

void MessageTrace::show(char direction, isns::MessageAssembler& assembler, base::Bytes& rest, base::ByteView bytes) {
  if (out_ == nullptr) return;
  base::append(rest, bytes);
  const std::size_t used = assembler.feed(rest, Printer{*out_, direction, peer_});
  rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(used));
}

}  // namespace ctl
