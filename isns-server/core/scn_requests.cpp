#include "isns-server/core/scn_requests.h"

#include "isns-server/core/source_rights.h"

namespace core {
namespace {

using isns::Attribute;
using isns::Status;
namespace tag = isns::tag;

// The one storage node that the key names.
struct Subject {
  const Node* node = nullptr;
  const FcPort* fcPort = nullptr;
  [[nodiscard]] bool found() const { return node != nullptr || fcPort != nullptr; }
  [[nodiscard]] Index entity() const { return node != nullptr ? node->entity : fcPort != nullptr ? fcPort->entity : 0; }
};

bool isSubjectKey(std::span<const Attribute> key) {
  return key.size() == 1 && !key[0].empty() && (key[0].tag == tag::kIscsiName || key[0].tag == tag::kFcPortName);
}

Subject findSubject(const Registry& registry, const State& state, const Attribute& key) {
  Subject subject;
  if (key.tag == tag::kIscsiName) {
    const Node* node = registry.findNode(state, key.text());
    if (node != nullptr && node->registered()) subject.node = node;
  } else {
    const FcPort* port = registry.findFcPort(state, key.value);
    if (port != nullptr && port->registered()) subject.fcPort = port;
  }
  return subject;
}

// The bitmap, when it is all that the operating attributes hold.
bool readBitmap(std::span<const Attribute> operating, std::uint32_t& bitmap) {
  const bool one = operating.size() == 1 && !operating[0].empty() &&
                   (operating[0].tag == tag::kScnBitmap || operating[0].tag == tag::kIfcpScnBitmap);
  if (one) bitmap = operating[0].u32();
  return one;
}

void storeBitmap(Transaction& tx, const Subject& subject, std::uint32_t bitmap) {
  std::uint8_t bytes[4];
  base::storeU32(bytes, bitmap);
  const base::ByteView value = bitmap == 0 ? base::ByteView{} : base::ByteView(bytes);
  if (subject.node != nullptr) {
    tx.setAttribute<Node>(subject.node->index, tag::kScnBitmap, value);
  } else {
    tx.setAttribute<FcPort>(subject.fcPort->index, tag::kIfcpScnBitmap, value);
  }
}

}  // namespace

isns::Status registerScn(const Request& request, const Source& source, Transaction& tx, Notes& notes) {
  std::uint32_t bitmap = 0;
  if (!isSubjectKey(request.key) || !readBitmap(request.operating, bitmap)) return Status::ScnRegistrationRejected;
  const Subject subject = findSubject(tx.registry(), tx.state(), request.key[0]);
  if (!subject.found()) return source.registered() || source.control ? Status::ScnRegistrationRejected : Status::SourceUnknown;
  if (!mayChange(source, subject.entity(), tx.state(), tx.policy(), notes)) return Status::SourceUnauthorized;
  if (const Status status = checkScnBitmap(tx.state(), tx.policy(), subject.entity(), bitmap, source.control);
      status != Status::Successful) {
    return status;
  }
  storeBitmap(tx, subject, bitmap);
  return Status::Successful;
}

isns::Status deregisterScn(const Request& request, const Source& source, Transaction& tx, Notes& notes) {
  if (!isSubjectKey(request.key)) return Status::InvalidDeregistration;
  const Subject subject = findSubject(tx.registry(), tx.state(), request.key[0]);
  if (!subject.found()) return Status::Successful;
  if (!mayChange(source, subject.entity(), tx.state(), tx.policy(), notes)) return Status::SourceUnauthorized;
  storeBitmap(tx, subject, 0);
  return Status::Successful;
}

isns::Status raiseEvent(const Request& request, const Source& source, const Registry& registry, const State& state,
                        const Policy& policy, Notes& notes, RaisedEvent& event) {
  // What a client may say happened to it: an object was added, updated or removed.
  constexpr std::uint32_t kEvents = isns::scn::kObjectUpdated | isns::scn::kObjectAdded | isns::scn::kObjectRemoved;
  std::uint32_t bitmap = 0;
  if (!isSubjectKey(request.key) || !readBitmap(request.operating, bitmap)) return Status::ScnEventRejected;
  if ((bitmap & kEvents) == 0 || (bitmap & ~isns::scn::kAllBits) != 0) return Status::ScnEventRejected;
  if (!source.registered() && !source.control) return Status::SourceUnknown;
  const Subject subject = findSubject(registry, state, request.key[0]);
  if (!subject.found()) return Status::ScnEventRejected;
  if (!mayChange(source, subject.entity(), state, policy, notes)) return Status::SourceUnauthorized;
  event.node = subject.node != nullptr ? subject.node->index : 0;
  event.fcPort = subject.fcPort != nullptr ? subject.fcPort->index : 0;
  event.bitmap = bitmap & kEvents;
  return Status::Successful;
}

}  // namespace core
