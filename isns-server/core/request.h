// One request as the handlers see it: who asks, from where, and the attributes of the message in their three parts.
//
// RequestReader splits a message into source, message key and operating attributes (RFC 4171 5.6), gives every name and
// address its normal spelling (5.6.2) and every text its NUL (5.3.1). It keeps its memory from message to message; what
// it gives lives until the next read().
#pragma once

#include <deque>
#include <span>
#include <string>
#include <vector>

#include "isns-server/core/name_guards.h"
#include "isns-server/core/policy.h"
#include "isns-server/core/registry.h"
#include "shared/base/clock.h"
#include "shared/isns/message.h"
#include "shared/isns/tlv.h"

namespace core {

// Where a message came from. What its address may do at all has been judged before.
struct Peer {
  isns::IpAddress address{};
  std::uint16_t port = 0;
  bool udp = false;
  std::string_view authenticatedSpi{};  // of a verified authentication block, else empty
};

// Things about a request that somebody should know, beside its status.
struct Notes {
  bool sourceViolation = false;     // let through only because the source check does not enforce
  bool controlNodeRefused = false;  // a control node's name without its address or key
  bool sourceRefused = false;       // refused: the object or the entity is not the source's to change
  std::string owner{};              // of the two: the EID of the entity that it is about, where there is one
  std::string object{};             // and the object that another entity has, where it is refused for that
  bool shareRefused = false;        // the source has made as many objects as one may
  bool agentViolation = false;      // as sourceViolation, of a name or an EID of an agent (name_guards.h)
  bool agentRefused = false;        // refused by its guard
  std::string_view agent{};         // the guard's EID, where one of these two is set; lives as long as the guards
  Index registered = 0;             // the entity of a DevAttrReg
  bool replaced = false;            // which replaced what was there: the bit alone may be ignored (RFC 4171 5.6.5.1)

  // Whether somebody should know.
  [[nodiscard]] bool any() const {
    return sourceViolation || controlNodeRefused || sourceRefused || shareRefused || agentViolation || agentRefused;
  }
};

// The node that a request speaks for.
struct Source {
  isns::Attribute attribute;
  std::string_view name{};     // normalised iSCSI name or EID; empty for a WWPN
  const Node* node = nullptr;  // registered, in the state that the request reads
  const FcPort* fcPort = nullptr;
  bool control = false;
  isns::IpAddress address{};
  bool udp = false;                    // whose address proves nothing
  std::string_view signer{};           // the SPI by which it has proven that it is this source, else empty
  const NameGuards* guards = nullptr;  // that hold for this request

  [[nodiscard]] bool registered() const { return node != nullptr || fcPort != nullptr; }
  [[nodiscard]] Index entity() const {
    return node != nullptr ? node->entity : fcPort != nullptr ? fcPort->entity : Index{0};
  }
};

struct Request {
  isns::Function function = isns::Function::DevAttrQry;
  bool replace = false;
  bool delimited = false;
  isns::Attribute source;
  std::span<const isns::Attribute> key;
  std::span<const isns::Attribute> operating;
};

class RequestReader {
 public:
  // Successful, or the status that refuses the message. `strictNames`: whether a new name must be of one of the three
  // forms; names that are only looked up need not.
  isns::Status read(const isns::Message& message, const isns::FunctionRow& function, bool strictNames);
  [[nodiscard]] const Request& request() const { return request_; }

 private:
  isns::Status normalise(isns::Attribute& attribute, bool strictNames);
  isns::Status normaliseIp(isns::Attribute& attribute);
  void rewriteText(isns::Attribute& attribute, std::string_view text);

  Request request_;
  std::vector<isns::Attribute> attributes_;
  std::deque<base::Bytes> rewritten_;  // values that were not normal; a deque keeps their addresses
  std::string scratch_;
  // What this message has said already and was normal: a client names itself and its entity twice.
  std::string_view normalName_;
  std::string_view normalEid_;
};

// Whether who signs as `spi` may speak as the iSCSI node `name`: the same name, or, as open-isns has it, for the SPI
// "a.example.com" the names iqn.[YYYY-MM.]com.example.a, alone or followed by '.', ':' or '-'.
bool maySpeakAs(std::string_view spi, std::string_view name);

// True when the attribute may stand first in a message of this function (RFC 4171 5.6.1, 5.6.5.15-16).
bool isSource(const isns::Attribute& attribute, isns::Function function);

// Finds out who the source is; SourceUnauthorized when it claims a control node's name without the right to it, or is
// not one that the signer of the message may speak as: beside nodes, a switch or an FC port under its own WWN as SPI,
// an entity under its EID, and so each of its FC ports. The same when it is an agent's, or of an agent's entity, comes
// from none of the agent's addresses and proves itself by no signature. The guards are borrowed for the request.
isns::Status identify(const Request& request, const Peer& peer, const Registry& registry, const State& state,
                      const Policy& policy, const NameGuards& guards, Source& source, Notes& notes);

}  // namespace core
