#include "agent/iscsi/target_text.h"

#include "agent/iscsi/target_connection.h"

namespace iscsi {
namespace {

// What this end takes stays as it is, so it has nothing to declare.
Wishes wishesOf(const Parameters& current) {
  Wishes wishes;
  static_cast<void>(wishes.set(Key::MaxRecvDataSegmentLength, current.maxRecvDataSegmentLength));
  return wishes;
}

}  // namespace

TargetText::TargetText(std::uint32_t initiatorTaskTag, const AgreedLogin& login, const Parameters& current,
                       std::uint32_t portal, TargetDirectory& directory)
    : initiatorTaskTag_(initiatorTaskTag),
      login_(login),
      current_(current),
      portal_(portal),
      directory_(directory),
      negotiation_({Role::Target, Phase::FullFeature, true, login.discovery}, wishesOf(current), current) {}

bool TargetText::take(const TextRequest& request, base::ByteView data) {
  if (request.totalAhsLength != 0 || (request.continues && request.final)) return false;
  // While an answer goes on, only an empty request asks for more of it.
  if (sender_.pending()) return data.empty() && !request.continues;
  if (collector_.add(data, request.continues) != TextFault::None) return false;
  return !collector_.whole() || process();
}

bool TargetText::process() {
  TextWriter out(sender_.buffer());
  TextReader reader(collector_.text());
  std::size_t pairs = 0;
  for (TextPair pair; reader.next(pair);) {
    if (seen_.add(pair) != TextFault::None) return false;
    ++pairs;
    if (pair.row != nullptr && pair.row->key == Key::SendTargets) {
      if (!takeSendTargets(pair.value)) return false;
      continue;
    }
    // A discovery session asks for targets, nothing else (RFC 7143 4.3).
    if (login_.discovery || !negotiation_.take(pair, out)) return false;
    negotiates_ = true;
  }
  if (reader.fault() != TextFault::None || (sentTargets_ && negotiates_)) return false;
  if (negotiates_) {
    negotiation_.answer(out);
    negotiation_.offer(out);
  }
  return true;
}

// Appendix C: "All" in discovery sessions only, an empty value in normal sessions only, a name in both.
bool TargetText::takeSendTargets(std::string_view value) {
  sentTargets_ = true;
  TextWriter out(sender_.buffer());
  const bool all = value == "All";
  if (all != login_.discovery && (all || value.empty())) {
    out.pair(Key::SendTargets, kReject);
    return true;
  }
  if (!login_.discovery && !value.empty() && value != login_.targetName) return true;
  const std::string_view own = login_.discovery ? std::string_view{} : std::string_view(login_.targetName);
  directory_.sendTargets(login_, portal_, all || value.empty() ? own : value, out);
  return true;
}

TargetText::Answer TargetText::answer(bool requestFinal) {
  Answer answer;
  if (!collector_.whole()) return answer;  // an empty response asks for the rest
  TextSender::Segment segment = sender_.take(current_.maxSendDataSegmentLength);
  answer.text = std::move(segment.bytes);
  answer.continues = segment.continues;
  answer.final = requestFinal && !sender_.pending() && (!negotiates_ || negotiation_.complete());
  if (answer.final && negotiates_) agreed_ = negotiation_.finish();
  return answer;
}

}  // namespace iscsi
