// TargetText: one exchange of Text PDUs in full feature phase, at the target (RFC 7143 6.4, 11.10, 11.11).
//
// SendTargets, or a negotiation of what may change after login. The connection makes it at the first Text Request of an
// exchange and drops it at the end. Bounds: kMaxTextSequence of text of the peer; its own as long as the list of
// targets is. One owner.
#pragma once

#include <optional>

#include "agent/iscsi/login.h"
#include "agent/iscsi/negotiation.h"
#include "agent/iscsi/text.h"
#include "agent/iscsi/text_pdu.h"

namespace iscsi {

class TargetDirectory;

class TargetText {
 public:
  // `current` is in force on the connection.
  TargetText(std::uint32_t initiatorTaskTag, const AgreedLogin& login, const Parameters& current,
             std::uint32_t portal, TargetDirectory& directory);

  [[nodiscard]] std::uint32_t initiatorTaskTag() const { return initiatorTaskTag_; }

  // The next request of the exchange with its data. False: it breaks the rules, and is to be rejected (04).
  [[nodiscard]] bool take(const TextRequest& request, base::ByteView data);
  // What answers it; header numbers are the connection's.
  struct Answer {
    base::Bytes text;
    bool continues = false;
    bool final = false;  // the exchange is over
  };
  [[nodiscard]] Answer answer(bool requestFinal);
  // In force from now on, once the answer is final; nothing where nothing changed.
  [[nodiscard]] const std::optional<Parameters>& agreed() const { return agreed_; }

 private:
  bool process();
  bool takeSendTargets(std::string_view value);

  std::uint32_t initiatorTaskTag_;
  const AgreedLogin& login_;
  Parameters current_;
  std::uint32_t portal_;
  TargetDirectory& directory_;
  TextCollector collector_;
  TextSender sender_;
  KeysSeen seen_;
  Negotiation negotiation_;
  bool negotiates_ = false;
  bool sentTargets_ = false;
  std::optional<Parameters> agreed_;
};

}  // namespace iscsi
